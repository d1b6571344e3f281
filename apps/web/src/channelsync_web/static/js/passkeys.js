// Passkeys: the browser asks for finger, face or code; the server says what is to be signed, and checks it.

const error = document.getElementById("passkey-error");

async function sent(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify(body ?? {}),
  });
  const said = await answer.json();
  if (said.to) location.assign(said.to);
  else if (!answer.ok) throw new Error(said.detail ?? String(answer.status));
  return said;
}

async function enter(button) {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(await sent("/connexion/cle/defi"));
  const credential = await navigator.credentials.get({ publicKey });
  await sent("/connexion/cle", { credential: credential.toJSON(), vers: button.dataset.to });
}

async function add() {
  const options = await sent("/reglages/securite/cles/defi");
  if (options.to) return;
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  const credential = await navigator.credentials.create({ publicKey });
  await sent("/reglages/securite/cles", { credential: credential.toJSON() });
}

if (window.PublicKeyCredential?.parseRequestOptionsFromJSON) {
  for (const button of document.querySelectorAll("[data-passkey]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      error.hidden = true;
      button.disabled = true;
      try {
        await (button.dataset.passkey === "add" ? add() : enter(button));
      } catch (problem) {
        if (problem.name !== "NotAllowedError") console.warn(problem.name);
        error.textContent = error.dataset.failed;
        error.hidden = false;
      }
      button.disabled = false;
    });
  }
}
