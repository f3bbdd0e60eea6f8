/* The scale: net weight and amount as they are typed, a pad for wet fingers, the card of the chosen product.
   Without it the same form works; the server does the sums. */
(function () {
  "use strict";
  var form = document.querySelector("[data-scale]");
  if (!form) { return; }
  var weight = form.querySelector("[name=weight]");
  var crates = form.querySelector("[name=crates]");
  var kind = form.querySelector("[name=crate_type]");
  var out = form.querySelector("[data-net]");
  var amount = form.querySelector("[data-amount]");

  function number(text) {
    var digits = String(text).replace(/[๐-๙]/g, function (d) { return String("๐๑๒๓๔๕๖๗๘๙".indexOf(d)); });
    return parseFloat(digits.replace(/,/g, "")) || 0;
  }
  function chosen(name) { return form.querySelector("[name=" + name + "]:checked"); }
  function productKey() {
    var who = chosen("who");
    if (who && who.value !== "other") { return who.value.split(":")[1]; }
    var other = form.querySelector("[name=product]");
    return other ? other.value : "";
  }
  function show(value, digits) {
    return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  }
  function refresh() {
    var key = productKey();
    var piece = false;
    var price = null;
    var grade = chosen("grade");
    form.querySelectorAll(".facts-of").forEach(function (box) {
      var on = box.getAttribute("data-product") === key;
      box.classList.toggle("is-on", on && !!grade && box.getAttribute("data-grade") === grade.value);
      if (on) {
        piece = box.getAttribute("data-per") === "1";
        if (grade && box.getAttribute("data-grade") === grade.value && box.getAttribute("data-price")) {
          price = parseInt(box.getAttribute("data-price"), 10);
        }
      }
      if (on) {
        var tag = form.querySelector('[data-price-of="' + box.getAttribute("data-grade") + '"]');
        if (tag) { tag.textContent = box.getAttribute("data-price-text"); }
      }
    });
    form.querySelectorAll("[data-unit]").forEach(function (unit) {
      unit.textContent = piece ? form.getAttribute("data-piece") : form.getAttribute("data-kilo");
    });
    form.querySelectorAll("[data-grams-only]").forEach(function (part) { part.hidden = piece; });
    var gross = number(weight.value);
    var option = kind ? kind.options[kind.selectedIndex] : null;
    var tare = piece || !option ? 0 : number(crates.value) * parseInt(option.getAttribute("data-tare"), 10) / 1000;
    var net = gross - tare;
    if (out) {
      out.querySelector("[data-gross]").textContent = show(gross, piece ? 0 : 1);
      out.querySelector("[data-tare]").textContent = show(tare, 1);
      out.querySelector("[data-result]").textContent = gross > 0 ? show(net, piece ? 0 : 1).replace("-", "−") : "–";
    }
    if (amount) {
      amount.textContent = price !== null && net > 0 ? "฿" + show(Math.round(net * price) / 100, 2) : "–";
    }
  }
  form.addEventListener("input", refresh);
  form.addEventListener("change", function (event) {
    if (event.target.name === "who") {
      var grade = event.target.getAttribute("data-planned");
      var radio = grade ? form.querySelector('[name=grade][value="' + grade + '"]') : null;
      if (radio) { radio.checked = true; }
      weight.focus({ preventScroll: window.innerWidth < 960 ? false : true });
    }
    refresh();
  });
  form.addEventListener("click", function (event) {
    var key = event.target.closest("[data-key]");
    if (!key) { return; }
    var what = key.getAttribute("data-key");
    if (what === "back") { weight.value = weight.value.slice(0, -1); } else if (what !== "." || weight.value.indexOf(".") < 0) { weight.value += what; }
    refresh();
  });
  var find = form.querySelector("[data-find]");
  if (find) {
    find.addEventListener("input", function () {
      var text = find.value.trim();
      form.querySelectorAll(".who__list > li").forEach(function (row) {
        row.hidden = text !== "" && row.textContent.indexOf(text) < 0;
      });
    });
  }
  refresh();
})();
