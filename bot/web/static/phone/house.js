// The server, as this page speaks to it.
const root = document.body.dataset.phone;
let token = document.querySelector('meta[name="csrf-token"]').content;

export class Refused extends Error {
  constructor(sentence, status) {
    super(sentence);
    this.status = status;
  }
}

async function answer(response) {
  const isJson = (response.headers.get("content-type") || "").includes("json");
  const said = isJson ? await response.json() : {};
  if (response.redirected || response.status === 401) throw new Refused("You are signed out. Load the page again.", 401);
  if (!response.ok) throw new Refused(said.error || "The server could not do that. Try again in a moment.", response.status);
  return said;
}

async function ask(path, options = {}) {
  let response;
  try {
    response = await fetch(root + path, { headers: { Accept: "application/json" }, ...options });
  } catch {
    throw new Refused("No connection to the server.", 0);
  }
  return answer(response);
}

function post(path, said) {
  const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token };
  return ask(path, { method: "POST", headers, body: JSON.stringify(said) });
}

export async function people() {
  const said = await ask("/people");
  token = said.token;
  return said.people;
}

export const addPerson = (channel, more = {}) => post("/people", { channel, ...more }).then((said) => said.person);
export const messages = (id, after) => ask(`/${id}/messages?after=${encodeURIComponent(after)}`);
export const send = (id, message) => post(`/${id}/messages`, message);
