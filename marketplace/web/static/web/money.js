"use strict";
/* Bank pages: keys of the queue, what is left to apply, the balance a passbook row should show. All works without it. */
(() => {
  const satang = (text) => {
    const clean = String(text || "").replace(/[๐-๙]/g, (d) => "๐๑๒๓๔๕๖๗๘๙".indexOf(d)).replace(/[,\s฿]/g, "");
    const found = /^(\d*)(?:\.(\d{0,2}))?$/.exec(clean);
    if (!found || clean === "" || clean === ".") return clean === "" ? 0 : null;
    return Number(found[1] || 0) * 100 + Number((found[2] || "").padEnd(2, "0"));
  };
  const baht = (value) => {
    const size = Math.abs(value);
    const text = Math.floor(size / 100).toLocaleString("en-US") + "." + String(size % 100).padStart(2, "0");
    return (value < 0 ? "\u2212" : "") + "฿" + text;
  };

  const queue = document.querySelector("[data-queue]");
  if (queue) {
    const rows = Array.from(queue.querySelectorAll("a[data-row]"));
    const at = rows.findIndex((row) => row.closest("tr").getAttribute("aria-selected") === "true");
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const key = event.key.toLowerCase();
      if (/INPUT|TEXTAREA|SELECT/.test(event.target.tagName)) { if (key === "escape") event.target.blur(); return; }
      // Enter on a link or a button is theirs; anywhere else it accepts.
      const accept = key === "a" || (key === "enter" && !/^(A|BUTTON|SUMMARY)$/.test(event.target.tagName));
      const go = (to) => { event.preventDefault(); (document.querySelector(to) || { focus() {} }).focus(); };
      if ((key === "j" || key === "arrowdown") && rows[at + 1]) { event.preventDefault(); rows[at + 1].click(); }
      if ((key === "k" || key === "arrowup") && rows[at - 1]) { event.preventDefault(); rows[at - 1].click(); }
      if (accept && !event.repeat) document.querySelector("form[data-accept] button")?.click();
      if (key === "p" && !event.repeat) document.querySelector("button[data-park]")?.click();
      if (key === "n") go("[data-note]");
      if (key === "/") go("[data-search]");
      if (key === "s") document.querySelector("a[data-split]")?.click();
    });
  }

  const apply = document.querySelector("form[data-apply]");
  if (apply) {
    const left = apply.querySelector("[data-left]");
    const words = left.textContent.replace(/[−-]?฿[\d,.]+/, "").trim();
    const show = () => {
      let open = Number(apply.dataset.open);
      apply.querySelectorAll('input[name^="pay_"]').forEach((box) => { open -= satang(box.value) || 0; });
      left.textContent = words + " " + baht(open);
      left.classList.toggle("money--neg", open < 0);
    };
    apply.addEventListener("input", show);
    show();
  }

  const passbook = document.querySelector("form[data-passbook]");
  if (passbook) {
    const box = (line, name) => line.querySelector('input[name$="-' + name + '"]');
    const show = () => {
      let balance = Number(passbook.dataset.balance);
      passbook.querySelectorAll("[data-line]").forEach((line) => {
        const into = satang(box(line, "into").value), out = satang(box(line, "out").value);
        const note = line.querySelector("[data-expected]");
        if (!into && !out) { note.textContent = ""; note.removeAttribute("data-off"); return; }
        balance += (into || 0) - (out || 0);
        const typed = box(line, "balance").value.trim();
        note.textContent = passbook.dataset.say + " " + baht(balance);
        note.toggleAttribute("data-off", typed !== "" && satang(typed) !== balance);
      });
    };
    passbook.addEventListener("input", show);
    show();
  }
})();
