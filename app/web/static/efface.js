// Two comforts; every page works without them.
"use strict";
const errors = document.querySelector(".summary-of-errors");
if (errors) addEventListener("load", () => errors.focus());
for (const link of document.querySelectorAll("a.leave")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    document.documentElement.hidden = true;
    location.replace(link.href);
  });
}
