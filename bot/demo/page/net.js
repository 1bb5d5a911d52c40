// Asking the server. Every answer is JSON; a server that does not answer is said so once, and seen again when it does.

let tell = () => {};

/** `changed(reachable)` is called when the server goes away or comes back. */
export function watch(changed) {
  tell = changed;
}

async function ask(path, options) {
  let answer;
  try {
    answer = await fetch(path, options);
  } catch (gone) {
    tell(false);
    throw gone;
  }
  tell(true);
  if (answer.status === 403) location.reload(); // the demo was started again: its page brings a new key
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

export function get(path, query) {
  return ask(`${path}?${new URLSearchParams(query)}`);
}

export function post(path, body) {
  return ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

/** Calls `changed(version)` whenever the chat has something new. The browser reconnects by itself. */
export function listen(changed) {
  const stream = new EventSource("/api/events");
  stream.onmessage = (event) => {
    tell(true);
    changed(Number(event.data));
  };
  stream.onerror = () => tell(false);
}
