/** What the bank's page does beside HTML: no form is sent twice, and forgetting is for good. */

// A claim that this browser keeps is of no use once its enrolment is forgotten.
if (document.body.dataset.forgotten) localStorage.removeItem("visavis.claim");

for (const form of document.forms) {
  form.addEventListener("submit", (event) => {
    const forgetting = form.action.endsWith("/demo/forgetting");
    if (forgetting && !confirm("Delete everything of you here?")) return event.preventDefault();
    form.querySelector("button").disabled = true;
  });
}
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("button")) button.disabled = false;
});
