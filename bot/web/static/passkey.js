// Passkeys need a browser that has them: the forms stay hidden where it has none.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const ids = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

// By hand, as telephones that are five years old know passkeys, but not their JSON.
function asked(kind, options) {
  options.challenge = bytes(options.challenge);
  if (kind === "get") return { publicKey: { ...options, allowCredentials: ids(options.allowCredentials) } };
  const user = { ...options.user, id: bytes(options.user.id) };
  return { publicKey: { ...options, user, excludeCredentials: ids(options.excludeCredentials) } };
}

function answered(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
    if (credential.response[name]) response[name] = text(credential.response[name]);
  const { id, type } = credential;
  return JSON.stringify({ id, type, rawId: text(credential.rawId), response, clientExtensionResults: {} });
}

async function send(form) {
  const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value });
  const found = await fetch(form.dataset.options, { method: "POST", body });
  if (!found.ok) throw new Error(found.statusText);
  const kind = form.dataset.passkey;
  form.elements.credential.value = answered(await navigator.credentials[kind](asked(kind, await found.json())));
  form.submit();
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const trouble = form.querySelector("[data-trouble]");
    trouble.textContent = "";
    send(form).catch(() => {
      trouble.textContent = trouble.dataset.trouble;
    });
  });
}
