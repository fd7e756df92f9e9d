// Passkeys need a script: a button shows itself where the browser knows them. What the
// key signed travels in the form that the button stands in.
"use strict";
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const named = (keys) => (keys || []).map((key) => ({ ...key, id: bytes(key.id) }));

async function signed(asked, makes) {
  const publicKey = { ...asked, challenge: bytes(asked.challenge) };
  if (makes) {
    publicKey.user = { ...asked.user, id: bytes(asked.user.id) };
    publicKey.excludeCredentials = named(asked.excludeCredentials);
  } else {
    publicKey.allowCredentials = named(asked.allowCredentials);
  }
  const key = await (makes ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey }));
  const response = { clientDataJSON: text(key.response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (key.response[name]) response[name] = text(key.response[name]);
  }
  return JSON.stringify({ id: key.id, rawId: text(key.rawId), type: key.type, response });
}

for (const button of document.querySelectorAll("[data-passkey]")) {
  const form = button.form, told = form.querySelector(".told");
  if (!window.PublicKeyCredential) continue;
  for (const one of form.querySelectorAll("[data-scripted]")) one.hidden = false;
  button.addEventListener("click", async (event) => {
    event.preventDefault();
    told.textContent = "";
    try {
      const answer = await fetch(button.dataset.passkey, { method: "POST" });
      const asked = answer.ok && answer.headers.get("content-type").startsWith("application/json");
      // Whatever else the server says, the form itself is told, and shows.
      if (asked) form.elements.credential.value = await signed(await answer.json(), button.dataset.makes);
      if (button.formAction) form.action = button.formAction;
      form.submit();
    } catch (wrong) {
      told.textContent = button.dataset.failed;
    }
  });
}
