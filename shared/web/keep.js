// A form with data-keep is saved while it is filled in: the whole form is posted to
// where its buttons post it, with go=keep. The page says so in the form's status line.
// Without this script the form is saved by its buttons alone.
"use strict";
(() => {
  const form = document.querySelector("form[data-keep]");
  const status = form && form.querySelector("[role=status]");
  if (!status || !window.fetch || !window.AbortController) return;

  let timer = 0; // of what was typed and is not saved yet
  let under = null; // the saving under way
  let stop = null; // what gives it up
  let left = false; // the page is being left by a button, which saves it

  const pause = (time) => new Promise((done) => setTimeout(done, time));

  // What was sent is what is stored: sent again as it is, it is not a change any more.
  const stored = (body) => {
    for (const item of body.getAll("shown")) {
      const name = "was." + item;
      form.querySelectorAll("input[type=hidden]").forEach((field) => field.name === name && field.remove());
      for (const value of body.has(item) ? body.getAll(item) : [""]) {
        const field = document.createElement("input");
        field.type = "hidden";
        field.name = name;
        field.value = value;
        form.prepend(field);
      }
    }
    return form.dataset.kept;
  };

  const post = async (keepalive) => {
    const body = new URLSearchParams(new FormData(form));
    body.set("go", "keep");
    const given = new AbortController();
    const late = setTimeout(() => given.abort(), 15000);
    stop = given;
    try {
      const answer = await fetch(form.action, {
        method: "POST", body, keepalive, redirect: "error", signal: given.signal,
      });
      if (answer.status === 204) return stored(body);
      const words = (answer.headers.get("Content-Type") || "").startsWith("text/plain");
      return words ? (await answer.text()).trim() : form.dataset.lost;
    } catch {
      return form.dataset.lost;
    } finally {
      clearTimeout(late);
    }
  };

  // One saving at a time, so that an older one never arrives after a newer one.
  const save = async (keepalive) => {
    clearTimeout(timer);
    timer = 0;
    while (under) await under;
    if (left) return;
    under = post(keepalive);
    const words = await under;
    under = null;
    if (!left && !timer) status.textContent = words;
  };

  const later = (time) => {
    clearTimeout(timer);
    timer = setTimeout(save, time, false);
  };

  form.addEventListener("input", (event) => {
    if (!event.isComposing) later(event.target.matches("[type=radio], [type=checkbox]") ? 0 : 1200);
  });
  form.addEventListener("compositionend", () => later(1200));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && timer && !left) save(true);
  });
  window.addEventListener("pageshow", () => { left = false; });

  // A button waits for the saving under way, but not for long: then that is given up,
  // rather than land last with what is older.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    timer = 0;
    left = true;
    if (!under) return;
    event.preventDefault();
    const button = event.submitter;
    Promise.race([under, pause(4000)]).then(() => {
      stop.abort();
      under = null;
      form.requestSubmit(button);
    });
  });
})();
