/* The order grid on top of a page that works without it: live sums, keys, saving by itself, one day at a time
   on a phone. Quantities are whole base units and money whole satang here too; nothing is summed in floats. */
(function () {
  "use strict";
  var doc = document;
  var table = doc.querySelector("[data-grid]");
  if (!table) { return; }
  var form = table.closest("form");
  var autosave = form.getAttribute("data-autosave");
  var version = form.querySelector("[name=version]");
  var savedNote = doc.querySelector("[data-saved]");
  var rows = Array.prototype.slice.call(table.tBodies[0].rows);
  var minimum = parseInt(table.getAttribute("data-minimum"), 10) || 0;
  var fee = parseInt(table.getAttribute("data-fee"), 10) || 0;
  var THAI = "๐๑๒๓๔๕๖๗๘๙";
  var changed = {};
  var timer = null;
  var sending = false;
  var stopped = false;

  function word(name) { return table.getAttribute("data-say-" + name) || ""; }

  function rowOf(input) { return input.closest("tr"); }

  /* What a person typed as base units; NaN when it is no quantity. */
  function read(input) {
    var text = input.value.replace(/[๐-๙]/g, function (d) { return THAI.indexOf(d); }).replace(/[,\s]/g, "");
    if (text === "") { return 0; }
    if (!/^\d*\.?\d*$/.test(text) || text === ".") { return NaN; }
    return Math.round(parseFloat(text) * parseInt(rowOf(input).getAttribute("data-per"), 10));
  }

  function worth(qty, price, per) { return Math.floor((2 * qty * price + per) / (2 * per)); }

  function thousands(number) { return String(number).replace(/\B(?=(\d{3})+(?!\d))/g, ","); }

  function quantity(qty, per) {
    var whole = Math.floor(qty / per);
    var part = String(qty % per + per).slice(1).replace(/0+$/, "");
    return thousands(whole) + (per > 1 && part ? "." + part : "");
  }

  function baht(satang) {
    var rest = satang % 100;
    return thousands(Math.floor(satang / 100)) + (rest ? "." + (rest < 10 ? "0" : "") + rest : "");
  }

  function put(selector, text, root) {
    (root || doc).querySelectorAll(selector).forEach(function (place) { place.textContent = text; });
  }

  function reveal(selector, shown, root) {
    (root || doc).querySelectorAll(selector).forEach(function (place) { place.hidden = !shown; });
  }

  /* ---- the figure under one cell --------------------------------------------------------------- */
  function describe(input, leftText) {
    var cell = input.closest(".cell");
    var small = cell.querySelector("small");
    var per = parseInt(rowOf(input).getAttribute("data-per"), 10);
    var qty = read(input);
    var most = parseInt(input.getAttribute("data-m"), 10) || 0;
    var want = qty > most;
    cell.classList.toggle("want", want);
    if (!input.hasAttribute("aria-invalid")) { cell.classList.remove("short"); }
    small.textContent = "";
    if (want) {
      var link = doc.createElement("a");
      link.href = "?why=" + input.name.slice(2) + "#why";
      link.textContent = word("want") + " " + quantity(qty - most, per);
      small.appendChild(link);
    } else {
      small.textContent = word("left") + " " + (leftText || quantity(most, per));
    }
  }

  function complain(input, text) {
    var cell = input.closest(".cell");
    var small = cell.querySelector("small");
    if (text) {
      cell.classList.add("short");
      input.setAttribute("aria-invalid", "true");
      small.id = "e-" + input.name;
      input.setAttribute("aria-describedby", small.id);
      small.textContent = text;
    } else if (input.hasAttribute("aria-invalid")) {
      input.removeAttribute("aria-invalid");
      input.removeAttribute("aria-describedby");
      cell.classList.remove("short");
      describe(input);
    }
  }

  /* ---- sums ------------------------------------------------------------------------------------ */
  function addUp() {
    var days = {};
    var all = { grams: 0, firm: 0, worth: 0 };
    rows.forEach(function (row) {
      var per = parseInt(row.getAttribute("data-per"), 10);
      var grams = parseInt(row.getAttribute("data-grams"), 10);
      var qtySum = 0;
      var worthSum = 0;
      Array.prototype.forEach.call(row.cells, function (td) {
        var column = td.getAttribute("data-c");
        if (column === null) { return; }
        var input = td.querySelector("input");
        var shut = td.querySelector(".shut[data-q]");
        var qty = input ? read(input) : (shut ? parseInt(shut.getAttribute("data-q"), 10) : 0);
        if (!qty) { return; }
        var price = parseInt((input || shut).getAttribute("data-p"), 10) || 0;
        var most = input ? parseInt(input.getAttribute("data-m"), 10) || 0 : qty;
        var value = worth(qty, price, per);
        var day = days[column] = days[column] || { grams: 0, worth: 0 };
        day.grams += qty * grams;
        day.worth += value;
        all.grams += qty * grams;
        all.firm += Math.min(qty, most) * grams;
        all.worth += value;
        qtySum += qty;
        worthSum += value;
      });
      put("[data-row-qty]", quantity(qtySum, per), row);
      put("[data-row-worth]", baht(worthSum) + " บ.", row);
    });
    var fees = 0;
    table.querySelectorAll("[data-day-sum]").forEach(function (td) {
      var day = days[td.getAttribute("data-c")] || { grams: 0, worth: 0 };
      put("[data-kilos]", quantity(day.grams, 1000), td);
      put("[data-worth]", baht(day.worth), td);
      var cost = 0;
      if (day.worth > 0) {
        cost = (parseInt(td.getAttribute("data-zone"), 10) || 0) + (day.worth < minimum ? fee : 0);
      }
      fees += cost;
      reveal("[data-fee-line]", cost, td);
      put("[data-day-fee]", baht(cost), td);
      if (td.classList.contains("on")) {
        put("[data-shown-kilos]", quantity(day.grams, 1000));
        put("[data-shown-worth]", baht(day.worth));
        reveal("[data-shown-fee-line]", cost);
        put("[data-shown-fee]", baht(cost));
      }
    });
    put("[data-all-kilos]", quantity(all.grams, 1000));
    put("[data-all-worth]", baht(all.worth));
    put("[data-firm]", quantity(all.firm, 1000));
    put("[data-wanted]", quantity(all.grams - all.firm, 1000));
    put("[data-fee-sum]", baht(fees));
  }

  /* ---- saving by itself ------------------------------------------------------------------------ */
  function note(text, bad) {
    if (!savedNote || !text) { return; }
    savedNote.textContent = text;
    savedNote.classList.toggle("bad", Boolean(bad));
  }

  function save() {
    timer = null;
    var names = Object.keys(changed);
    if (!autosave || stopped || sending || !names.length) { return; }
    var cells = {};
    names.forEach(function (name) { cells[name] = changed[name].value; });
    changed = {};
    sending = true;
    fetch(autosave, {
      method: "POST",
      credentials: "same-origin",
      keepalive: true,
      headers: {
        "Content-Type": "application/json",
        "Accept": "application/json",
        "X-CSRFToken": form.querySelector("[name=csrfmiddlewaretoken]").value
      },
      body: JSON.stringify({ version: version.value, cells: cells })
    }).then(function (answer) {
      return answer.json().then(function (data) { return { ok: answer.ok, data: data }; });
    }).then(function (result) {
      sending = false;
      if (!result.ok) {
        stopped = true;
        note(result.data.message, true);
        return;
      }
      version.value = result.data.version;
      note(result.data.saved);
      Object.keys(result.data.cells).forEach(function (name) {
        var input = form.elements[name];
        if (!input) { return; }
        input.setAttribute("data-m", result.data.cells[name].most);
        if (!(name in result.data.errors)) {
          complain(input, "");
          describe(input, result.data.cells[name].left);
        }
      });
      Object.keys(result.data.errors).forEach(function (name) {
        if (form.elements[name]) { complain(form.elements[name], result.data.errors[name]); }
      });
      addUp();
      if (Object.keys(changed).length) { later(); }
    }).catch(function () {
      sending = false;
      names.forEach(function (name) { changed[name] = changed[name] || form.elements[name]; });
      note(doc.body.getAttribute("data-say-lost"), true);
      timer = window.setTimeout(save, 5000);
    });
  }

  function later() {
    window.clearTimeout(timer);
    timer = window.setTimeout(save, 700);
  }

  form.addEventListener("input", function (event) {
    var input = event.target;
    if (!input.name || input.name.slice(0, 2) !== "c-") { return; }
    if (!isNaN(read(input))) {
      complain(input, "");
      describe(input);
    }
    addUp();
    if (autosave) {
      changed[input.name] = input;
      later();
    }
  });
  form.addEventListener("submit", function () { window.clearTimeout(timer); stopped = true; });
  window.addEventListener("pagehide", save);

  /* ---- keys ------------------------------------------------------------------------------------ */
  function neighbour(input, down, right) {
    var td = input.closest("td");
    var row = td.parentNode;
    var column = parseInt(td.getAttribute("data-c"), 10);
    for (var step = 1; step < 200; step += 1) {
      var target = rows[rows.indexOf(row) + down * step];
      var there = down ? target : row;
      if (!there) { return null; }
      var found = there.querySelector('td[data-c="' + (column + right * step) + '"] input');
      if (found && found.offsetParent) { return found; }
      if (!down && !there.querySelector('td[data-c="' + (column + right * step) + '"]')) { return null; }
    }
    return null;
  }

  form.addEventListener("keydown", function (event) {
    var input = event.target;
    if (!input.name || input.name.slice(0, 2) !== "c-") { return; }
    var all = input.selectionStart === 0 && input.selectionEnd === input.value.length;
    var next = null;
    if (event.key === "ArrowDown" || event.key === "Enter") { next = neighbour(input, 1, 0); }
    if (event.key === "ArrowUp") { next = neighbour(input, -1, 0); }
    if (event.key === "ArrowRight" && (all || input.selectionEnd === input.value.length)) {
      next = neighbour(input, 0, 1);
    }
    if (event.key === "ArrowLeft" && (all || input.selectionStart === 0)) { next = neighbour(input, 0, -1); }
    if (event.key === "Enter") { event.preventDefault(); }
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "r" && !event.shiftKey) {
      event.preventDefault();
      next = neighbour(input, 0, 1);
      if (next) {
        next.value = input.value;
        next.dispatchEvent(new Event("input", { bubbles: true }));
      }
    }
    if (next) {
      event.preventDefault();
      next.focus();
    }
  });
  form.addEventListener("focusin", function (event) {
    if (event.target.name && event.target.name.slice(0, 2) === "c-") { event.target.select(); }
  });

  /* ---- finding a product ------------------------------------------------------------------------- */
  var find = doc.querySelector("[data-find]");
  if (find) {
    find.addEventListener("input", function () {
      var text = find.value.trim().toLowerCase();
      rows.forEach(function (row) {
        row.classList.toggle("row-hidden", text !== "" && row.getAttribute("data-name").toLowerCase().indexOf(text) < 0);
      });
    });
    find.addEventListener("keydown", function (event) { if (event.key === "Enter") { event.preventDefault(); } });
  }

  /* ---- why a cell gets what it gets ------------------------------------------------------------- */
  var panel = doc.querySelector("[data-why-panel]");
  table.addEventListener("click", function (event) {
    var small = event.target.closest(".cell small");
    var whyUrl = form.getAttribute("data-why");
    if (!small || !panel || !whyUrl) { return; }
    var input = small.closest(".cell").querySelector("input");
    if (!input) { return; }
    event.preventDefault();
    window.clearTimeout(timer);
    save();
    window.setTimeout(function ask() {
      if (sending) { window.setTimeout(ask, 100); return; }
      fetch(whyUrl + "?cell=" + input.name.slice(2), { credentials: "same-origin" }).then(function (answer) {
        if (!answer.ok) { throw new Error(); }
        return answer.text();
      }).then(function (html) {
        panel.innerHTML = html;
        table.querySelectorAll(".is-open").forEach(function (cell) { cell.classList.remove("is-open"); });
        input.closest(".cell").classList.add("is-open");
        panel.scrollIntoView({ block: "nearest" });
      }).catch(function () { note(doc.body.getAttribute("data-say-lost"), true); });
    }, 0);
  });

  /* ---- one day at a time on a phone --------------------------------------------------------------- */
  var narrow = window.matchMedia("(max-width: 43.99rem)");
  var heads = table.tHead.rows[0].cells;

  /* What one press adds: a whole kilogram where steps are half ones, half a kilogram of herbs. */
  function press(row) {
    var step = parseInt(row.getAttribute("data-step"), 10);
    if (row.getAttribute("data-per") === "1") { return step; }
    if (step < 500) { return step * 5; }
    return step < 1000 ? step * 2 : step;
  }

  function dress() {
    if (!narrow.matches) { return; }
    table.querySelectorAll("td.on .cell > input").forEach(function (input) {
      var row = rowOf(input);
      var wrap = doc.createElement("span");
      wrap.className = "step";
      wrap.setAttribute("data-stepper", "");
      input.setAttribute("data-step", press(row) / parseInt(row.getAttribute("data-per"), 10));
      input.setAttribute("data-least", "0");
      input.parentNode.insertBefore(wrap, input);
      [["-1", "−", "less"], ["1", "+", "more"]].forEach(function (which, index) {
        var button = doc.createElement("button");
        button.type = "button";
        button.className = "js-only";
        button.setAttribute("data-by", which[0]);
        button.setAttribute("aria-label", word(which[2]) + " " + input.getAttribute("aria-label"));
        button.textContent = which[1];
        if (index === 1) { wrap.appendChild(input); }
        wrap.appendChild(button);
      });
    });
  }

  function title(index) {
    var head = heads[index + 1];
    if (!head || head.getAttribute("data-c") === null) { return null; }
    return { name: head.firstChild.textContent, month: head.querySelector(".wk").textContent };
  }

  function show(index) {
    var shown = title(index);
    if (!shown) { return; }
    table.querySelectorAll(".on").forEach(function (cell) { cell.classList.remove("on"); });
    table.querySelectorAll('[data-c="' + index + '"]').forEach(function (cell) { cell.classList.add("on"); });
    var bar = doc.querySelector("[data-day-switch]");
    put("[data-shown-day]", shown.name + " " + shown.month, bar);
    bar.replaceChildren(step(index - 1, "prev"), bar.querySelector("[data-shown-day]"), step(index + 1, "next"));
    dress();
    addUp();
  }

  function step(index, rel) {
    var to = title(index);
    if (!to) { return doc.createElement("span"); }
    var link = doc.createElement("a");
    link.className = "btn btn--s";
    link.rel = rel;
    link.href = "#";
    link.setAttribute("data-to", index);
    link.textContent = rel === "prev" ? "‹ " + to.name : to.name + " ›";
    return link;
  }

  doc.addEventListener("click", function (event) {
    var link = event.target.closest("[data-day-switch] [data-to]");
    if (!link) { return; }
    event.preventDefault();
    show(parseInt(link.getAttribute("data-to"), 10));
  });
  narrow.addEventListener("change", dress);
  dress();
})();
