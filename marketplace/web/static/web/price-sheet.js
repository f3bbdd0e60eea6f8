/* Helps on sheets of figures: moving with the arrow keys, the price pool while typing, filtering rows.
   Without it the sheet is a plain form; the server reads and checks everything again. */
(function () {
  "use strict";
  var THAI = "๐๑๒๓๔๕๖๗๘๙";

  function satang(text) {
    var plain = text.replace(/[๐-๙]/g, function (d) { return THAI.indexOf(d); }).replace(/[,\s฿]|บาท/g, "");
    if (plain === "") { return null; }
    if (!/^\d*(\.\d{0,2})?$/.test(plain) || plain === ".") { return NaN; }
    return Math.round(parseFloat(plain) * 100);
  }

  function shown(value) {
    var whole = (Math.abs(value) / 100).toFixed(2).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
    return (value < 0 ? "−" : "") + whole;
  }

  function settle(row) {
    var gate = null, fees = 0;
    row.querySelectorAll("[data-cell] input").forEach(function (input) {
      var kind = input.closest("[data-cell]").getAttribute("data-cell");
      var value = satang(input.value);
      if (kind === "farm_gate") { gate = value; }
      if (kind === "fee") { fees += value || 0; }
    });
    row.querySelectorAll("[data-cell=class]").forEach(function (cell) {
      var out = cell.querySelector("[data-pool]");
      var input = cell.querySelector("input");
      if (!out || !input) { return; }
      var value = satang(input.value);
      var known = gate !== null && value !== null && !isNaN(gate) && !isNaN(value);
      out.textContent = known ? shown(value - gate - fees) : "";
      out.classList.toggle("money--neg", known && value - gate - fees < 0);
    });
  }

  function check(input) {
    // A price that the order step does not divide is marked at once; the server says which fit.
    var value = satang(input.value);
    var step = parseInt(input.getAttribute("data-step"), 10) || 1;
    var wrong = value !== null && (isNaN(value) || value % step !== 0);
    input.toggleAttribute("aria-invalid", wrong);
    if (wrong) { input.setAttribute("aria-invalid", "true"); }
    input.closest("td").classList.toggle("short", wrong);
  }

  function visible(row) { return !row.hidden; }

  document.querySelectorAll("[data-sheet]").forEach(function (sheet) {
    var changed = false;
    sheet.addEventListener("input", function (event) {
      var row = event.target.closest("[data-line]");
      if (event.target.matches("[data-filter]")) {
        var wanted = event.target.value.trim().toLowerCase();
        var count = 0;
        sheet.querySelectorAll("[data-line]").forEach(function (line) {
          line.hidden = wanted !== "" && line.getAttribute("data-words").indexOf(wanted) < 0;
          if (!line.hidden) { count += 1; }
        });
        var told = sheet.querySelector("[data-count]");
        if (told) { told.textContent = told.textContent.replace(/\d+/, count); }
      } else if (row && event.target.closest("[data-cell]")) {
        changed = true;
        settle(row);
        check(event.target);
      }
    });
    sheet.addEventListener("keydown", function (event) {
      if (event.target.matches("[data-filter]") && event.key === "Enter") { event.preventDefault(); return; }
      var cell = event.target.closest("td");
      if (!cell || !event.target.matches("[data-cell] input")) { return; }
      var down = event.key === "ArrowDown" || (event.key === "Enter" && !event.shiftKey);
      var up = event.key === "ArrowUp" || (event.key === "Enter" && event.shiftKey);
      if (!down && !up) { return; }
      event.preventDefault();
      var rows = Array.prototype.filter.call(sheet.querySelectorAll("[data-line]"), visible);
      var next = rows[rows.indexOf(cell.parentElement) + (down ? 1 : -1)];
      var input = next && next.cells[cell.cellIndex].querySelector("input");
      if (input) { input.focus(); input.select(); }
    });
    sheet.addEventListener("submit", function () { changed = false; });
    window.addEventListener("beforeunload", function (event) {
      if (changed) { event.preventDefault(); }
    });
  });
  var bad = document.getElementById("bad");
  if (bad) { bad.focus(); }
})();
