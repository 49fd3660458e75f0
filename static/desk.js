/* 待我处理 without a network: the worker keeps a copy of this list from its first showing on. */
"use strict";

if ("serviceWorker" in navigator) {
  const isFirst = !navigator.serviceWorker.controller;
  navigator.serviceWorker.register("/worker.js");
  navigator.serviceWorker.ready.then((known) => isFirst && known.active.postMessage("keep"));
}
