/* Small helps on top of pages that work without them. No framework, no inline handlers: everything hangs on
   data attributes and is delegated from the document, so that parts swapped in by htmx need no setting up. */
(function () {
  "use strict";
  var doc = document;
  doc.documentElement.classList.add("js");

  function say(key) {
    return doc.body.getAttribute("data-say-" + key) || "";
  }

  function announce(text) {
    var place = doc.getElementById("said");
    if (!place) {
      place = doc.createElement("p");
      place.id = "said";
      place.className = "vh";
      place.setAttribute("role", "status");
      doc.body.appendChild(place);
    }
    place.textContent = "";
    window.setTimeout(function () { place.textContent = text; }, 50);
  }

  /* ---- copying a text -------------------------------------------------------------------------- */
  function copyOldWay(text) {
    var box = doc.createElement("textarea");
    box.value = text;
    box.className = "vh";
    doc.body.appendChild(box);
    box.select();
    try {
      return doc.execCommand("copy");
    } finally {
      box.remove();
    }
  }

  function copy(button) {
    var source = doc.getElementById(button.getAttribute("data-copy"));
    if (!source) { return; }
    var text = "value" in source ? source.value : source.textContent;
    function done() {
      var word = button.querySelector("span") || button;
      var before = word.textContent;
      word.textContent = say("copied");
      announce(say("copied"));
      window.setTimeout(function () { word.textContent = before; }, 2500);
    }
    function show() {
      // Neither way worked: lay the text open so that it can be marked by hand.
      var details = source.closest("details");
      if (details) { details.style.display = "block"; details.open = true; }
    }
    if (navigator.clipboard && window.isSecureContext) {
      navigator.clipboard.writeText(text).then(done, function () { if (copyOldWay(text)) { done(); } else { show(); } });
    } else if (copyOldWay(text)) {
      done();
    } else {
      show();
    }
  }

  /* ---- asking before what cannot be undone ------------------------------------------------------ */
  function ask(asker, yes) {
    var dialog = doc.createElement("dialog");
    dialog.className = "dialog card";
    var text = doc.createElement("p");
    text.id = "ask-" + Date.now();
    text.textContent = asker.getAttribute("data-confirm");
    dialog.setAttribute("aria-labelledby", text.id);
    var row = doc.createElement("div");
    row.className = "row";
    var go = doc.createElement("button");
    go.type = "button";
    go.className = asker.hasAttribute("data-confirm-danger") ? "btn btn--bad" : "btn btn--go";
    var trigger = asker.matches("form") ? asker.querySelector("[type=submit], button:not([type])") : asker;
    go.textContent = asker.getAttribute("data-confirm-yes") || (trigger ? trigger.textContent.trim() : "");
    var back = doc.createElement("button");
    back.type = "button";
    back.className = "btn btn--quiet";
    back.textContent = asker.getAttribute("data-confirm-no") || say("back");
    row.append(go, back);
    dialog.append(text, row);
    doc.body.appendChild(dialog);
    go.addEventListener("click", function () { dialog.close(); yes(); });
    back.addEventListener("click", function () { dialog.close(); });
    dialog.addEventListener("close", function () { dialog.remove(); });
    dialog.showModal();
    back.focus();
  }

  /* ---- stepper ---------------------------------------------------------------------------------- */
  function places(number) {
    return (String(number).split(".")[1] || "").length;
  }

  function stepBy(button) {
    var input = button.closest("[data-stepper]").querySelector("input");
    var step = input.getAttribute("data-step") || "1";
    var least = parseFloat(input.getAttribute("data-least") || "0");
    var most = parseFloat(input.getAttribute("data-most"));
    var now = parseFloat(input.value.replace(/,/g, "")) || 0;
    var next = now + parseFloat(step) * parseInt(button.getAttribute("data-by"), 10);
    next = Math.max(next, least);
    if (!isNaN(most)) { next = Math.min(next, most); }
    input.value = next.toFixed(Math.max(places(step), places(now))).replace(/\.0+$/, "");
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
    announce(input.value);
  }

  /* ---- one press, one submission ------------------------------------------------------------------ */
  function busy(form, submitter) {
    form.setAttribute("data-sent", "");
    var button = submitter || form.querySelector("button:not([type]), [type=submit]");
    if (button && button.matches(".btn")) { button.setAttribute("aria-busy", "true"); }
  }

  function idle(root) {
    root.querySelectorAll("form[data-sent]").forEach(function (form) { form.removeAttribute("data-sent"); });
    root.querySelectorAll("[aria-busy=true]").forEach(function (button) { button.removeAttribute("aria-busy"); });
  }

  doc.addEventListener("submit", function (event) {
    var form = event.target;
    var asker = event.submitter && event.submitter.hasAttribute("data-confirm") ? event.submitter : form;
    if (asker.hasAttribute("data-confirm") && !form.hasAttribute("data-sure")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      ask(asker, function () {
        form.setAttribute("data-sure", "");
        form.requestSubmit(event.submitter || undefined);
      });
      return;
    }
    form.removeAttribute("data-sure");
    if (form.hasAttribute("data-sent")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    if (form.method !== "get" && form.target !== "_blank" && !form.hasAttribute("data-again")) {
      busy(form, event.submitter);
    }
  }, true);
  // Back from the next page, or an answer by htmx: the form may be sent again.
  window.addEventListener("pageshow", function () { idle(doc); });
  doc.addEventListener("htmx:afterRequest", function (event) {
    var form = event.target.closest ? event.target.closest("form") : null;
    idle(form ? form.parentNode : doc);
  });
  ["htmx:sendError", "htmx:responseError", "htmx:timeout"].forEach(function (name) {
    doc.addEventListener(name, function () { toast(say("lost")); });
  });

  function toast(text) {
    var box = doc.createElement("div");
    box.className = "toast toast--fixed";
    box.setAttribute("role", "alert");
    box.setAttribute("data-toast", "");
    box.textContent = text;
    doc.body.appendChild(box);
    arm(box);
  }

  /* ---- toasts leave after ten seconds, unless a hand or the focus is on them ------------------------- */
  function arm(box) {
    if (box.hasAttribute("data-armed")) { return; }
    box.setAttribute("data-armed", "");
    var left = 10;
    var timer = window.setInterval(function () {
      if (box.matches(":hover, :focus-within") || doc.hidden) { return; }
      left -= 1;
      if (left > 0) { return; }
      window.clearInterval(timer);
      box.classList.add("is-leaving");
      window.setTimeout(function () { box.remove(); }, 300);
    }, 1000);
  }

  function settle(root) {
    root.querySelectorAll("[data-toast]").forEach(arm);
  }

  /* ---- clicks, changes, keys -------------------------------------------------------------------------- */
  doc.addEventListener("click", function (event) {
    var target = event.target;
    var button = target.closest("[data-copy]");
    if (button) { copy(button); return; }
    button = target.closest("[data-by]");
    if (button && button.closest("[data-stepper]")) { stepBy(button); return; }
    if (target.closest("[data-print]")) { window.print(); return; }
    button = target.closest("[data-opens]");
    if (button) {
      var dialog = doc.getElementById(button.getAttribute("data-opens"));
      if (dialog && dialog.showModal) { event.preventDefault(); dialog.showModal(); return; }
    }
    if (target.closest("[data-closes]")) { target.closest("dialog").close(); return; }
    button = target.closest("a[data-confirm]");
    if (button && !button.hasAttribute("data-sure")) {
      event.preventDefault();
      ask(button, function () { button.setAttribute("data-sure", ""); button.click(); });
      return;
    }
    doc.querySelectorAll("details.drop[open]").forEach(function (drop) {
      if (!drop.contains(target)) { drop.open = false; }
    });
  });

  doc.addEventListener("change", function (event) {
    var field = event.target;
    if (field.form && field.closest("[data-autosubmit]")) { field.form.requestSubmit(); }
  });

  doc.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") { return; }
    doc.querySelectorAll("details.drop[open]").forEach(function (drop) {
      drop.open = false;
      drop.querySelector("summary").focus();
    });
  });

  doc.addEventListener("htmx:load", function (event) { settle(event.detail.elt.parentNode || doc); });
  settle(doc);
})();
