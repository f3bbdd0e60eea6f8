/* Supply: the read-back sentence spoken aloud, and the grid's sums while typing. Everything works without it. */
(function () {
  "use strict";
  var doc = document;

  /* ---- speaking ------------------------------------------------------------------------------------ */
  var canSpeak = "speechSynthesis" in window;
  doc.querySelectorAll("[data-speak]").forEach(function (button) {
    if (!canSpeak) { button.hidden = true; }
  });
  doc.addEventListener("click", function (event) {
    var button = event.target.closest("[data-speak]");
    if (!button || !canSpeak) { return; }
    var source = doc.getElementById(button.getAttribute("data-speak"));
    var said = Array.prototype.map.call(source.children, function (line) { return line.textContent; }).join(" ");
    window.speechSynthesis.cancel();
    var words = new SpeechSynthesisUtterance(said || source.textContent);
    words.lang = doc.documentElement.lang === "en" ? "en-GB" : "th-TH";
    words.rate = 0.9;
    window.speechSynthesis.speak(words);
  });

  /* ---- sums of the grid ------------------------------------------------------------------------------ */
  function amount(input) {
    var typed = parseFloat(input.value.replace(/,/g, ""));
    return isNaN(typed) || typed < 0 ? 0 : typed;
  }
  function write(place, sum) {
    if (place) { place.textContent = (Math.round(sum * 1000) / 1000).toLocaleString("en-US"); }
  }
  function sums(table) {
    var columns = {};
    table.querySelectorAll("tbody tr").forEach(function (row) {
      var across = 0;
      row.querySelectorAll("input[data-column]").forEach(function (input) {
        var name = input.getAttribute("data-column");
        columns[name] = (columns[name] || 0) + amount(input);
        across += amount(input) * parseFloat(input.getAttribute("data-kilos") || "1");
      });
      write(row.querySelector("[data-row-sum]"), across);
    });
    Object.keys(columns).forEach(function (name) {
      write(table.querySelector('[data-column-sum="' + name + '"]'), columns[name]);
    });
  }
  doc.addEventListener("input", function (event) {
    var table = event.target.closest("table[data-sums]");
    if (table) { sums(table); }
  });
  doc.addEventListener("keydown", function (event) {
    if (event.key !== "Enter" && event.key !== "ArrowDown" && event.key !== "ArrowUp") { return; }
    var input = event.target;
    if (!input.matches || !input.matches("table[data-sums] input[data-column]")) { return; }
    var column = Array.prototype.slice.call(
      input.closest("table").querySelectorAll('input[data-column="' + input.getAttribute("data-column") + '"]'));
    var next = column[column.indexOf(input) + (event.key === "ArrowUp" ? -1 : 1)];
    if (event.key === "Enter" || next) { event.preventDefault(); }
    if (next) { next.focus(); next.select(); }
  });
})();
