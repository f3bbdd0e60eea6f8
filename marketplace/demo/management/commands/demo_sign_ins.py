"""Prints who can sign in to the demo."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from marketplace.accounts.models import User
from marketplace.demo.setting import DOMAIN, PASSWORD

SIGN_INS = (
    ("grower", "เกษตรกร"),
    ("coordinator", "ผู้ประสานกลุ่ม"),
    ("requester", "ผู้ขอซื้อ (โรงพยาบาล)"),
    ("approver", "ผู้อนุมัติ (โรงพยาบาล)"),
    ("receiver", "ผู้ตรวจรับ (โรงพยาบาล)"),
    ("finance", "การเงิน (โรงพยาบาล)"),
    ("staff", "เจ้าหน้าที่ศูนย์"),
    ("treasurer", "เหรัญญิก"),
    ("checker", "ผู้ตรวจจ่าย"),
    ("agency", "หน่วยงานสนับสนุน"),
    ("host", "เลขานุการชุมชน (เที่ยวชุมชน)"),
    ("host2", "เลขานุการชุมชนที่สอง"),
    ("host3", "เลขานุการชุมชนที่สาม"),
    ("editor", "บรรณาธิการหน้าเว็บ"),
    ("admin", "ผู้ดูแลระบบ"),
)


class Command(BaseCommand):
    help = "Print the demo's sign-ins."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="role → [name, password]")

    def handle(self, *args: Any, **options: Any) -> None:
        known = set(
            User.objects.filter(email__endswith=f"@{DOMAIN}").values_list("email", flat=True)
        )
        rows = [(name, label) for name, label in SIGN_INS if f"{name}@{DOMAIN}" in known]
        if options["json"]:
            self.stdout.write(
                json.dumps({name: [f"{name}@{DOMAIN}", PASSWORD] for name, _ in rows})
            )
            return
        if not rows:
            self.stdout.write("ไม่มีข้อมูลตัวอย่างในฐานข้อมูลนี้")
            return
        self.stdout.write(f"\n  รหัสผ่านทุกคน: {PASSWORD}\n")
        for name, label in rows:
            self.stdout.write(f"  {name + '@' + DOMAIN:32} {label}")
