"""The people and places of the demo. All invented: every name carries the word ตัวอย่าง.

`SMALL` is the thread (one cooperative, two groups, one hospital, five products); `FULL` is the
demo.
"""

from __future__ import annotations

from dataclasses import dataclass, field

WORD = "ตัวอย่าง"


@dataclass(frozen=True, slots=True)
class GroupCast:
    """A farmer group: district code, what it grows (Thai product names) and how it is paid."""

    code: str
    name_th: str
    name_en: str
    district: str
    tambon: str
    growers: int
    products: tuple[str, ...]
    standards: tuple[str, ...] = ("GAP",)
    weight_basis: str = "scale"
    release_rule: str = "every_n_days"
    release_days: int = 7
    cash: bool = False


@dataclass(frozen=True, slots=True)
class BuyerCast:
    """A buyer: class, district and the terms it buys on."""

    code: str
    name_th: str
    name_en: str
    buyer_class: str
    district: str
    site: str
    receives: tuple[int, int] = (6, 8)
    government: bool = False
    payment_days: int = 30
    withholding_bp: int = 0
    outside: str = "never"
    tier: int = 1
    appetite: int = 10
    late: bool = False


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody who takes part."""

    groups: tuple[GroupCast, ...]
    buyers: tuple[BuyerCast, ...]
    zone: tuple[str, tuple[str, ...]] = ("สะเดา–จะนะ", ("9003", "9010"))
    """The zone that costs a delivery fee: its name and district codes."""
    products: tuple[str, ...] = field(default=())


FIRST_NAMES = (
    "แดง",
    "สมใจ",
    "ละมัย",
    "จำเรียง",
    "อารีย์",
    "สุนีย์",
    "ประไพ",
    "เพ็ญศรี",
    "วรรณา",
    "สุดา",
    "มาลี",
    "ยุพิน",
    "บุญเรือน",
    "นงเยาว์",
    "ปราณี",
    "สมพร",
    "วิชัย",
    "ประเสริฐ",
    "สมหมาย",
    "อุดม",
    "สุชาติ",
    "มานพ",
    "เจริญ",
    "สวัสดิ์",
    "ประยูร",
    "ธีระ",
    "ไพโรจน์",
    "อนันต์",
    "สมศักดิ์",
    "นิพนธ์",
    "ฮาลีเมาะ",
    "ฟาตีเมาะ",
    "อามีเนาะ",
    "รอกีเยาะ",
    "ซารีนา",
    "นูรีฮา",
    "ยามีละห์",
    "มารียัม",
    "อับดุลเลาะ",
    "มูฮัมหมัด",
    "ดอเลาะ",
    "มะแอ",
    "ยูโซ๊ะ",
    "อาหะมะ",
    "สะมะแอ",
    "รอหีม",
    "จรรยา",
    "กาญจนา",
    "รัชนี",
    "พรทิพย์",
    "อุไร",
    "ลำดวน",
    "บุปผา",
    "เกษร",
    "สายพิณ",
    "จินตนา",
)
CALLED = ("ป้า", "ลุง", "น้า", "พี่", "ก๊ะ", "บัง")

LEAFY = ("ผักบุ้งจีน", "คะน้า", "กวางตุ้ง", "ผักกาดขาว", "ผักกาดหอม", "กวางตุ้งฮ่องเต้")
HERBS = ("โหระพา", "ผักชี", "ต้นหอม", "กะเพรา", "สะระแหน่", "ตะไคร้", "ขึ้นฉ่าย")
FRUITING = (
    "แตงกวา",
    "ถั่วฝักยาว",
    "มะเขือเปราะ",
    "มะเขือยาว",
    "ฟักทอง",
    "มะเขือเทศ",
    "บวบเหลี่ยม",
    "พริกขี้หนูสวน",
)

GROUPS = (
    GroupCast("KHAOPHRA", "กลุ่มผักปลอดภัยบ้านตัวอย่างเขาพระ", "Khao Phra Safe Vegetables (example)",
              "9009", "เขาพระ", 11, LEAFY + HERBS[:4], ("GAP", "PGS")),
    GroupCast("KHLONGHAE", "กลุ่มผักยกแคร่ตัวอย่างคลองแห", "Khlong Hae Raised Beds (example)",
              "9011", "คลองแห", 10, LEAFY + FRUITING[:3]),
    GroupCast("KHUANNIANG", "แปลงใหญ่ผักตัวอย่างควนเนียง", "Khuan Niang Large Plot (example)",
              "9013", "ควนโส", 9, FRUITING + LEAFY[:3]),
    GroupCast("THEPHA", "กลุ่มเกษตรอินทรีย์ตัวอย่างเทพา", "Thepha Organic Growers (example)",
              "9005", "เกาะสะบ้า", 8, ("ฟักทอง", "คะน้า", "ผักบุ้งไทย", "มะละกอดิบ", "ถั่วฝักยาว"),
              ("ORG",)),
    GroupCast("SINGHA", "กลุ่มกระชังปลาตัวอย่างสิงหนคร", "Singhanakhon Cage Fish (example)",
              "9015", "หัวเขา", 8, ("ปลากะพงขาว (สามน้ำ)", "กุ้งก้ามกราม", "ไข่เป็ด"), ("GAP",), "accepted"),
    GroupCast("CHANA", "วิสาหกิจชุมชนส้มจุกตัวอย่างจะนะ", "Chana Som Chuk Growers (example)",
              "9003", "แค", 9, ("ส้มจุกจะนะ", "ลองกอง", "มะนาว", "กล้วยน้ำว้า"), ("GAP", "GI")),
    GroupCast("RANOT", "กลุ่มข้าวและตาลโตนดตัวอย่างระโนด", "Ranot Rice and Palm (example)",
              "9007", "บ้านขาว", 9, ("ข้าวสังข์หยด", "น้ำตาลโตนด (แว่น/ผง)", "แตงกวา", "มะเขือเทศ")),
    GroupCast("SATHING", "กลุ่มแม่บ้านเกษตรกรตัวอย่างสทิงพระ", "Sathing Phra Women (example)",
              "9002", "จะทิ้งพระ", 9, ("ไข่เป็ด", "ไข่ครอบ", "ตาลโตนด (ลูกตาลอ่อน)", "ผักบุ้งไทย", "พริกขี้หนูสวน"),
              cash=True, release_rule="same_day", release_days=0),
    GroupCast("NATHAWI", "กลุ่มไม้ผลตัวอย่างนาทวี", "Na Thawi Fruit Growers (example)",
              "9004", "นาหมอศรี", 8, ("ลองกอง", "มังคุด", "กล้วยน้ำว้า", "มะละกอดิบ", "สะตอ")),
    GroupCast("SADAO", "กลุ่มผักกางมุ้งตัวอย่างสะเดา", "Sadao Net-house Vegetables (example)",
              "9010", "ปริก", 8, LEAFY[1:] + FRUITING[:2], release_rule="buyer_paid"),
    GroupCast("BANGKLAM", "กลุ่มไข่และผักตัวอย่างบางกล่ำ", "Bang Klam Eggs and Greens (example)",
              "9014", "บ้านหาร", 8, ("ไข่ไก่ (เบอร์ 2–3)", "ผักบุ้งจีน", "กวางตุ้ง", "โหระพา")),
    GroupCast("NAMOM", "กลุ่มเห็ดตัวอย่างนาหม่อม", "Na Mom Mushrooms (example)",
              "9012", "พิจิตร", 7, ("เห็ดนางฟ้า", "เห็ดฟาง", "ตะไคร้", "ข่าอ่อน")),
    GroupCast("KHLONGHOI", "กลุ่มพืชสมุนไพรตัวอย่างคลองหอยโข่ง", "Khlong Hoi Khong Herbs (example)",
              "9016", "โคกม่วง", 8, (*HERBS, "ข่าอ่อน", "พริกขี้หนูสวน", "มะนาว")),
    GroupCast("SABAYOI", "กลุ่มกล้วยและสะตอตัวอย่างสะบ้าย้อย", "Saba Yoi Banana and Sato (example)",
              "9006", "เขาแดง", 8, ("กล้วยน้ำว้า", "สะตอ", "ฟักทอง", "ถั่วฝักยาว")),
)  # fmt: skip

BUYERS = (
    BuyerCast("HOSP-HY", "โรงพยาบาลตัวอย่าง หาดใหญ่", "Hat Yai Example Hospital", "hospital", "9011",
              "ครัวผู้ป่วยใน", government=True, payment_days=60, withholding_bp=100,
              outside="up_to_price", tier=0, appetite=34),
    BuyerCast("HOSP-SK", "โรงพยาบาลตัวอย่าง สงขลา", "Songkhla Example Hospital", "hospital", "9001",
              "ครัวโภชนาการ", government=True, payment_days=60, tier=0, appetite=26),
    BuyerCast("HOSP-CN", "โรงพยาบาลชุมชนตัวอย่าง จะนะ", "Chana Example Community Hospital",
              "hospital", "9003", "ครัวโรงพยาบาล", government=True, payment_days=45, appetite=14),
    BuyerCast("HOTEL-LAKE", "โรงแรมริมเลตัวอย่าง", "Lakeside Example Hotel", "hotel", "9001",
              "ครัวใหญ่", receives=(7, 9), appetite=14),
    BuyerCast("HOTEL-HY", "โรงแรมตัวอย่าง หาดใหญ่พลาซ่า", "Hat Yai Plaza Example Hotel", "hotel",
              "9011", "ท่ารับของ ชั้นล่าง", receives=(7, 9), payment_days=7, late=True, appetite=18),
    BuyerCast("HOTEL-SD", "โรงแรมตัวอย่าง ด่านนอก", "Dan Nok Example Hotel", "hotel", "9010",
              "ครัวกลาง", receives=(8, 10), appetite=9),
    BuyerCast("REST-OLD", "ร้านอาหารเมืองเก่าตัวอย่าง", "Old Town Example Restaurant", "restaurant",
              "9001", "หน้าร้าน", receives=(8, 10), payment_days=7, appetite=5),
    BuyerCast("REST-HALAL", "ร้านข้าวหมกตัวอย่าง", "Biryani Example House", "restaurant", "9011",
              "หลังร้าน", receives=(7, 9), payment_days=7, appetite=6),
    BuyerCast("WHOLE-HY", "ค้าส่งผักตัวอย่าง หาดใหญ่ใน", "Hat Yai Nai Example Wholesale",
              "wholesaler", "9011", "แผง 12", receives=(5, 7), payment_days=15, tier=2, appetite=40),
)  # fmt: skip

SMALL = Cast(
    groups=(
        GroupCast("KHAOPHRA", "กลุ่มผักปลอดภัยบ้านตัวอย่างเขาพระ", "Khao Phra Safe Vegetables (example)",
                  "9009", "เขาพระ", 3, ("คะน้า", "ผักบุ้งจีน", "โหระพา"), ("GAP",)),
        GroupCast("SATHING", "กลุ่มแม่บ้านเกษตรกรตัวอย่างสทิงพระ", "Sathing Phra Women (example)",
                  "9002", "จะทิ้งพระ", 3, ("คะน้า", "แตงกวา", "ไข่เป็ด"), ("GAP",), "accepted"),
    ),
    buyers=(BUYERS[0],),
    zone=("รอบเมืองสงขลา", ("9001",)),
    products=("คะน้า", "ผักบุ้งจีน", "โหระพา", "แตงกวา", "ไข่เป็ด"),
)  # fmt: skip
FULL = Cast(groups=GROUPS, buyers=BUYERS)
