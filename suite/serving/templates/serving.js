const SECONDS = 2;
let touched = false;
document.addEventListener("input", () => { touched = true; });
setInterval(async () => {
  if (touched || document.hidden || document.querySelector("textarea:focus, input:focus, details[open]")) return;
  try {
    const answer = await fetch(document.body.dataset.state, { cache: "no-store" });
    const { version } = await answer.json();
    if (version !== document.body.dataset.version) location.reload();
  } catch { /* the server has ended */ }
}, 1000 * SECONDS);
