// Two comforts; every page works without them.
"use strict";
const errors = document.querySelector(".summary-of-errors");
// Older browsers know autofocus on fields alone; the others need no help.
if (errors && !("autofocus" in HTMLElement.prototype)) errors.focus();
for (const link of document.querySelectorAll("a.leave")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    document.documentElement.hidden = true;
    location.replace(link.href);
  });
}
