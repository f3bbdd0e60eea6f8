/* Acceptance: answer the rest in one press, pick a reason, sign on the glass. Works without it, apart from the
   signature on glass, for which a photo stands in. */
(function () {
  "use strict";
  var form = document.querySelector("[data-accept]");
  if (!form) { return; }
  var rows = Array.prototype.slice.call(form.querySelectorAll(".acc > li[data-line]"));
  var count = document.querySelector("[data-answered]");
  var bar = document.querySelector("[data-answered-bar]");
  var rest = form.querySelector("[data-rest]");

  function answered(row) { return !!row.querySelector("[name^=out_]:checked"); }
  function refresh() {
    var done = rows.filter(answered).length;
    if (count) { count.textContent = String(done); }
    if (bar) { bar.value = done; }
    if (rest) {
      rest.hidden = done === rows.length;
      rest.querySelector("b").textContent = String(rows.length - done);
    }
  }
  form.addEventListener("change", refresh);
  if (rest) {
    rest.addEventListener("click", function () {
      rows.forEach(function (row) {
        if (!answered(row)) { row.querySelector("[name^=out_][value=full]").checked = true; }
      });
      refresh();
    });
  }
  form.addEventListener("click", function (event) {
    var chip = event.target.closest("[data-reason]");
    if (chip) {
      chip.closest("li").querySelector("[name^=reason_]").value = chip.getAttribute("data-reason");
    }
  });

  var box = form.querySelector("canvas[data-sign]");
  if (box) {
    var kept = form.querySelector("[name=signature]");
    var pen = box.getContext("2d");
    var drawing = false;
    var fit = function () {
      var scale = window.devicePixelRatio || 1;
      box.width = box.clientWidth * scale;
      box.height = box.clientHeight * scale;
      pen.scale(scale, scale);
      pen.lineWidth = 2.5;
      pen.lineCap = "round";
      pen.lineJoin = "round";
      kept.value = "";
    };
    fit();
    var spot = function (event) {
      var area = box.getBoundingClientRect();
      return [event.clientX - area.left, event.clientY - area.top];
    };
    box.addEventListener("pointerdown", function (event) {
      drawing = true;
      box.setPointerCapture(event.pointerId);
      pen.beginPath();
      pen.moveTo.apply(pen, spot(event));
    });
    box.addEventListener("pointermove", function (event) {
      if (!drawing) { return; }
      pen.lineTo.apply(pen, spot(event));
      pen.stroke();
    });
    box.addEventListener("pointerup", function () {
      drawing = false;
      kept.value = box.toDataURL("image/png");
    });
    var clear = form.querySelector("[data-sign-clear]");
    if (clear) { clear.addEventListener("click", fit); }
  }
  refresh();
})();
