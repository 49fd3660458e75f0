{% load static %}/* The list of what waits for its reader, readable without a network; served at /worker.js for the whole site.
   Kept are the static files, a page without anybody's content, and one copy of /desk/ of whoever is signed in. */
"use strict";

const DESK = "/desk/", SHELL = "/offline/", KEPT_AT = "x-kept-at";
const LONGEST = 24 * 3600 * 1000; // a copy that is older is shown to nobody
const FILES = ["{% static 'bizhan.css' %}", "{% static 'icon.svg' %}"];
const STATIC = "static " + FILES.join(" "), COPY = "desk";

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(dropOldFiles()));
addEventListener("message", (event) => event.waitUntil(fetch(DESK).then(keep)));

async function install() {
  const files = await caches.open(STATIC);
  await files.addAll(FILES);
  await files.put(SHELL, await fetch(SHELL, { credentials: "omit" }));
  await skipWaiting();
}

async function dropOldFiles() {
  for (const name of await caches.keys()) if (name !== STATIC && name !== COPY) await caches.delete(name);
}

addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== location.origin) return;
  if (event.request.mode === "navigate") {
    // Whoever comes to the door, or leaves by it, may be somebody else than before.
    if (url.pathname.startsWith("/sign-")) event.waitUntil(forget());
    if (event.request.method !== "GET") return;
    event.respondWith(url.pathname + url.search === DESK ? desk(event) : page(event.request));
  } else if (FILES.includes(url.pathname)) {
    event.respondWith(caches.match(url.pathname).then((file) => file || fetch(event.request)));
  }
});

const forget = () => caches.delete(COPY);
const page = (request) => fetch(request).catch(() => caches.match(SHELL));

async function desk(event) {
  try {
    const answer = await fetch(event.request);
    event.waitUntil(keep(answer.clone()));
    return answer;
  } catch {
    return (await copy()) || caches.match(SHELL);
  }
}

async function keep(answer) {
  if (answer.status >= 500) return; // a bad moment of the server is none of the copy's
  if (answer.status !== 200 || answer.redirected) return forget(); // signed out meanwhile
  const headers = new Headers(answer.headers);
  headers.set(KEPT_AT, String(Date.now()));
  const kept = await caches.open(COPY);
  await kept.put(DESK, new Response(await answer.blob(), { headers }));
}

/* The copy, with the line that says so. */
async function copy() {
  const kept = await caches.match(DESK);
  if (!kept) return null;
  if (Date.now() - Number(kept.headers.get(KEPT_AT)) > LONGEST) return forget().then(() => null);
  const text = (await kept.text()).replace("data-offline hidden", "data-offline");
  return new Response(text, { headers: kept.headers });
}
