// Makes the pages nicer; every one of them works without this. Nothing is sent anywhere from here.
"use strict";

const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));

// Instants in the person's own time zone, beside UTC.
function localTimes(root) {
  for (const time of all("time[datetime]:not([data-local])", root)) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    time.dataset.local = "";
    time.title = at.toLocaleString(document.documentElement.lang, { dateStyle: "full", timeStyle: "long" });
  }
}

// One box for all boxes, and how many are ticked.
function selection(root) {
  const form = root.querySelector("#bulk");
  const every = form && form.querySelector("[data-select-all]");
  if (!every) return;
  const boxes = all('input[name="id"]', form);
  const said = form.querySelector("[data-selected]");
  every.hidden = boxes.length === 0;
  const hint = said && said.textContent;
  const tell = () => {
    const count = boxes.filter((box) => box.checked).length;
    every.checked = count > 0 && count === boxes.length;
    every.indeterminate = count > 0 && count < boxes.length;
    if (said) said.textContent = count > 0 ? said.dataset.selected + " " + count : hint;
  };
  every.addEventListener("change", () => {
    for (const box of boxes) box.checked = every.checked;
    tell();
  });
  for (const box of boxes) box.addEventListener("change", tell);
}

// The scope picker: search, presets, and what is chosen.
function scopes() {
  const families = document.getElementById("scopes");
  if (!families) return;
  const boxes = all('input[name="scope"]');
  const said = document.querySelector("[data-scope-count]");
  const tell = () => {
    if (!said) return;
    const chosen = boxes.filter((box) => box.checked).map((box) => box.value);
    said.textContent = chosen.length > 0 ? chosen.join(" ") : said.dataset.none;
  };
  for (const box of boxes) box.addEventListener("change", tell);
  tell();
  const search = document.querySelector('[data-filter="scopes"]');
  if (search) {
    search.addEventListener("input", () => {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      for (const family of all(".family", families)) {
        let shown = 0;
        for (const scope of all(".scope", family)) {
          const text = (scope.dataset.text || scope.textContent).toLowerCase();
          scope.hidden = !words.every((word) => text.includes(word));
          if (!scope.hidden) shown += 1;
        }
        family.hidden = shown === 0;
        if (words.length > 0) family.open = shown > 0;
      }
    });
    search.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
    });
  }
  for (const preset of all("[data-preset]")) {
    preset.addEventListener("click", (event) => {
      event.preventDefault();
      const wanted = preset.dataset.preset.split(" ");
      for (const box of boxes) {
        box.checked = wanted.includes(box.value);
        if (box.checked) box.closest("details").open = true;
      }
      tell();
    });
  }
}

// When a new PAT will end, in the person's own time zone.
function lifetime() {
  const said = document.querySelector("[data-lifetime]");
  if (!said) return;
  const date = document.getElementById("date");
  const tell = () => {
    const chosen = document.querySelector('input[name="lifetime"]:checked');
    let at = null;
    if (chosen && chosen.value === "date") {
      if (date.value) at = new Date(date.value + "T23:59:59Z");
    } else if (chosen) {
      at = new Date(Date.now() + Number(chosen.value) * 86400000);
    }
    said.textContent = at
      ? said.dataset.text + " " + at.toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" })
      : "";
  };
  for (const radio of all('input[name="lifetime"]')) radio.addEventListener("change", tell);
  date.addEventListener("input", () => {
    document.getElementById(date.dataset.checks).checked = true;
    tell();
  });
  tell();
}

// The page with a new secret: copy, reveal, download in the page; nothing stays behind in the history.
function secret() {
  const page = document.querySelector("[data-secret-page]");
  if (!page) return;
  // A reload or "back" leads to the PAT, and never sends the form again.
  history.replaceState(null, "", page.dataset.then);
  const field = document.getElementById("secret");
  const said = page.querySelector("[data-said]");
  let stored = false;
  const keep = () => { stored = true; };
  const reveal = page.querySelector("[data-reveal]");
  reveal.hidden = false;
  const show = reveal.textContent;
  reveal.addEventListener("click", () => {
    const hidden = field.type === "password";
    field.type = hidden ? "text" : "password";
    reveal.textContent = hidden ? reveal.dataset.hide : show;
    reveal.setAttribute("aria-pressed", String(hidden));
  });
  const copy = page.querySelector("[data-copy]");
  if (navigator.clipboard) {
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(field.value);
      said.textContent = copy.dataset.copied;
      keep();
    });
  }
  const download = page.querySelector("form[data-download]");
  download.addEventListener("submit", keep);
  for (const element of all("[data-stored]", page)) element.addEventListener("click", keep);
  window.addEventListener("beforeunload", (event) => {
    if (!stored) event.preventDefault();
  });
  // A page that the browser kept for "back" and "forward" holds nothing.
  window.addEventListener("pagehide", (event) => {
    if (event.persisted) for (const element of all("[data-secret]", page)) element.value = "";
  });
}

// A form that makes something is sent once.
function once() {
  for (const form of all("form[data-once]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "1";
      for (const button of all("button[type=submit]", form)) button.setAttribute("aria-disabled", "true");
    });
  }
}

function enhance(root) {
  localTimes(root);
  selection(root);
  for (const button of all("[data-then-reload]", root)) {
    button.form.addEventListener("submit", () => setTimeout(() => location.reload(), 1500));
  }
}

document.addEventListener("DOMContentLoaded", () => {
  enhance(document);
  scopes();
  lifetime();
  secret();
  once();
  const focus = document.querySelector("[data-focus]");
  if (focus) focus.focus();
});
document.addEventListener("htmx:afterSwap", () => enhance(document));
// A piece of a page that cannot be had: the whole page says why, and what to do next.
document.addEventListener("htmx:responseError", (event) => location.assign(event.detail.pathInfo.finalRequestPath));
window.addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of all("form[data-once]")) delete form.dataset.sent;
});
