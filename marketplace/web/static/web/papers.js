/* Shows only the fields that the chosen way of naming a purchase order needs. */
(function () {
  "use strict";
  var form = document.querySelector("[data-papers]");
  if (!form) { return; }
  function follow() {
    var chosen = form.querySelector("[name=which]:checked");
    form.querySelectorAll("[data-for]").forEach(function (part) {
      part.hidden = !chosen || part.getAttribute("data-for") !== chosen.value;
    });
  }
  form.addEventListener("change", follow);
  follow();
})();
