/* 核对回执和日志: the rules of docs/evidence.md in the reader's own browser. Nothing is sent anywhere. */
"use strict";

// --- SHA-256, written out: crypto.subtle is missing on pages without HTTPS ---

const ROUNDS = new Uint32Array(64);
const START = new Uint32Array(8);
for (let found = 0, n = 2; found < 64; n++) {
  let isPrime = true;
  for (let d = 2; d * d <= n; d++) if (n % d === 0) isPrime = false;
  if (!isPrime) continue;
  const fraction = (root) => ((root - Math.floor(root)) * 4294967296) | 0;
  if (found < 8) START[found] = fraction(Math.sqrt(n));
  ROUNDS[found++] = fraction(Math.cbrt(n));
}

function sha256(bytes) {
  const blocks = (bytes.length + 72) >> 6;
  const padded = new Uint8Array(blocks * 64);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(bytes.length / 536870912));
  view.setUint32(padded.length - 4, bytes.length << 3);
  const state = START.slice(), w = new Uint32Array(64);
  const turn = (x, n) => (x >>> n) | (x << (32 - n));
  for (let at = 0; at < padded.length; at += 64) {
    for (let i = 0; i < 16; i++) w[i] = view.getUint32(at + 4 * i);
    for (let i = 16; i < 64; i++) {
      const a = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ (w[i - 15] >>> 3);
      const b = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ (w[i - 2] >>> 10);
      w[i] = w[i - 16] + a + w[i - 7] + b;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i++) {
      const s = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
      const one = (h + s + ((e & f) ^ (~e & g)) + ROUNDS[i] + w[i]) | 0;
      const t = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
      const two = (t + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((value, i) => { state[i] += value; });
  }
  const digest = new Uint8Array(32), out = new DataView(digest.buffer);
  state.forEach((value, i) => out.setUint32(4 * i, value));
  return digest;
}

// --- Bytes, canonical lines, the tree ---

const utf8 = (text) => new TextEncoder().encode(text);
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const fromHex = (digits) => Uint8Array.from(digits.match(/../g) || [], (pair) => parseInt(pair, 16));
const toBase64 = (bytes) => btoa(String.fromCharCode(...bytes));
const fromBase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) { whole.set(part, at); at += part.length; }
  return whole;
}

function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") {
    if (typeof value === "number" && !Number.isSafeInteger(value)) throw new Error("no integer");
    return JSON.stringify(value);
  }
  const parts = Object.keys(value).sort().map((key) => {
    if (!/^[\0-\x7f]*$/.test(key)) throw new Error("a key is not ASCII");
    return `${JSON.stringify(key)}:${canonical(value[key])}`;
  });
  return `{${parts.join(",")}}`;
}

function parsed(line) {
  const value = JSON.parse(line);
  if (canonical(value) !== line) throw new Error("not canonical");
  return value;
}

const leafHash = (line) => sha256(joined([0], utf8(line)));
const nodeHash = (left, right) => sha256(joined([1], left, right));

/** The root at each size that is wanted, as hexadecimal digits by size. */
function roots(leaves, wanted) {
  const found = new Map(), peaks = [];
  leaves.forEach((leaf, index) => {
    for (let bits = index; bits & 1; bits >>>= 1) leaf = nodeHash(peaks.pop(), leaf);
    peaks.push(leaf);
    if (wanted.has(index + 1)) {
      found.set(index + 1, hex(peaks.reduceRight((root, peak) => nodeHash(peak, root))));
    }
  });
  return found;
}

/** Where an inclusion path leads (RFC 9162, 2.1.3.2); null if its length is wrong. */
function rootByPath(leaf, index, size, path) {
  let place = index, last = size - 1, top = leaf;
  if (!(index >= 0 && index < size)) return null;
  for (const sibling of path) {
    if (last === 0) return null;
    if (place & 1 || place === last) {
      top = nodeHash(sibling, top);
      while (!(place & 1) && place) { place >>>= 1; last >>>= 1; }
    } else {
      top = nodeHash(top, sibling);
    }
    place >>>= 1;
    last >>>= 1;
  }
  return last === 0 ? hex(top) : null;
}

const commitment = (nonce, choices) =>
  hex(sha256(utf8(`bizhan-ballot-v1\n${nonce}\n${canonical(choices)}`)));

// --- Signed notes ---

const NOTE = /^([!-~]+)\n(0|[1-9][0-9]*)\n([A-Za-z0-9+/]{43}=)\n\n— ([!-~]+) ([A-Za-z0-9+/]{91}=)$/gm;

function notesIn(text, where) {
  const plain = text.replace(/\r\n/g, "\n").replace(/^(?:> ?)+/gm, "");
  return [...plain.matchAll(NOTE)]
    .filter((found) => found[1] === found[4])
    .map(([, origin, size, root, , blob]) => (
      { where, origin, size: Number(size), root: hex(fromBase64(root)), text: `${origin}\n${size}\n${root}\n`, blob: fromBase64(blob) }
    ));
}

/** true, false, or null where this browser cannot tell. */
async function isSigned(note, keys) {
  for (const key of keys) {
    const id = sha256(joined(utf8(`${note.origin}\n`), [1], key)).slice(0, 4);
    if (hex(id) !== hex(note.blob.slice(0, 4))) continue;
    try {
      const imported = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
      if (await crypto.subtle.verify("Ed25519", imported, note.blob.slice(4), utf8(note.text))) return true;
    } catch {
      return null;
    }
  }
  return false;
}

// --- The ZIP file ---

async function unzipped(buffer) {
  const view = new DataView(buffer), files = new Map();
  let end = buffer.byteLength - 22;
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0) throw new Error("no ZIP file");
  let at = view.getUint32(end + 16, true);
  for (let n = view.getUint16(end + 10, true); n > 0; n--) {
    const [method, packed] = [view.getUint16(at + 10, true), view.getUint32(at + 20, true)];
    const [name, extra, note] = [28, 30, 32].map((place) => view.getUint16(at + place, true));
    const local = view.getUint32(at + 42, true);
    const begin = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    let content = new Uint8Array(buffer, begin, packed);
    if (method === 8) {
      const stream = new Blob([content]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
      content = new Uint8Array(await new Response(stream).arrayBuffer());
    }
    const path = new TextDecoder().decode(new Uint8Array(buffer, at + 46, name));
    files.set(path.replace(/^[^/]+\/(?=(log|roll|openings)\.jsonl$|keys\.json$|checkpoints\/)/, ""), content);
    at += 46 + name + extra + note;
  }
  return files;
}

// --- The check: `told` collects [is good (null: could not be checked), sentence] ---

async function checkBundle(files, papers, told) {
  const text = (name) => new TextDecoder("utf-8", { fatal: true }).decode(files.get(name) || new Uint8Array());
  const log = { lines: text("log.jsonl").split("\n").slice(0, -1), bodies: [], keys: [], notes: [] };
  log.lines.forEach((line, index) => {
    try { log.bodies.push(parsed(line)); } catch { log.bodies.push({}); told.push([false, `第 ${index + 1} 号不是规范写法。`]); }
  });
  log.keys = JSON.parse(text("keys.json")).keys.map(fromBase64);
  for (const name of [...files.keys()].filter((name) => name.startsWith("checkpoints/")).sort()) {
    log.notes.push(...notesIn(text(name), name));
  }
  if (!log.notes.length) { told.push([false, "压缩包里没有检查点。"]); return null; }
  log.origin = log.notes[0].origin;
  const notes = [...log.notes, ...papers.notes];
  const sizes = new Set([...notes, ...papers.receipts].map((one) => one.size));
  log.roots = roots(log.lines.map(leafHash), sizes);
  log.gaps = log.bodies.filter((body) => body.kind === "gap");
  log.gaps.forEach((gap) => told.push([null, `日志写明：恢复备份时缺失 ${gap.size - gap.kept} 条。`]));
  const before = told.length;
  for (const note of notes) compareNote(log, note, told);
  if (told.length === before) told.push([true, `日志 ${log.lines.length} 条，${notes.length} 个检查点的根都能重算出来。`]);
  await checkSignatures(notes, log.keys, told);
  checkRoll(log, files.get("roll.jsonl"), told);
  return log;
}

function compareNote(log, note, told) {
  const isLost = log.gaps.some((gap) => gap.kept < note.size && note.size <= gap.size);
  if (note.origin !== log.origin) told.push([false, `${note.where} 属于另一份日志。`]);
  else if (log.roots.get(note.size) === note.root) return;
  else if (isLost) told.push([null, `${note.where} 的一部分在恢复备份时缺失，日志里已写明。`]);
  else if (note.size > log.lines.length) told.push([false, `${note.where} 有 ${note.size} 条，日志只有 ${log.lines.length} 条：被截短了。`]);
  else told.push([false, `${note.where} 与日志在 ${note.size} 条处的根不同：日志被改过。`]);
}

async function checkSignatures(notes, keys, told) {
  let unknown = 0;
  for (const note of notes) {
    const signed = await isSigned(note, keys);
    if (signed === false) told.push([false, `${note.where} 的签名与公钥不符。`]);
    if (signed === null) unknown++;
  }
  if (unknown) told.push([null, `这个浏览器不会验签名（${unknown} 个），请用核对程序验。`]);
  else if (notes.length) told.push([true, `${notes.length} 个签名都已查过。`]);
}

/** Ballots against the roll: rights, areas, one ballot for each right. */
function checkRoll(log, raw, told) {
  const open = log.bodies[0];
  if (!open || open.kind !== "open") return;
  if (!raw || hex(sha256(raw)) !== open.roll_sha256) { told.push([false, "名册与开始时公布的摘要不同。"]); return; }
  const lines = new TextDecoder().decode(raw).split("\n").slice(0, -1).map((line) => JSON.parse(line));
  const roll = new Map(lines.map((line) => [line.right, line.area])), standing = new Map();
  log.bodies.forEach((body, index) => {
    if (body.kind === "void") standing.delete((log.bodies[body.ballot] || {}).right);
    if (body.kind !== "ballot") return;
    if (roll.get(body.right) !== body.area) told.push([false, `第 ${index + 1} 号票的表决权或面积与名册不符。`]);
    if (standing.has(body.right)) told.push([false, `第 ${index + 1} 号票与第 ${standing.get(body.right) + 1} 号是同一个表决权。`]);
    else standing.set(body.right, index);
  });
  log.standing = new Set(standing.values());
  const close = log.bodies.find((body) => body.kind === "close");
  if (close && log.bodies.indexOf(close) && close.ballots < log.standing.size) told.push([false, "截止时公布的票数与日志不符。"]);
  told.push([true, `名册 ${roll.size} 个表决权，有效票 ${log.standing.size} 张。`]);
}

async function checkReceipt(receipt, log, told) {
  const { where, index } = receipt, number = `${where}（第 ${index + 1} 号）`;
  const proven = rootByPath(leafHash(receipt.line), index, receipt.size, receipt.path.map(fromHex));
  const [note] = notesIn(receipt.note, where);
  const fits = note && note.origin === receipt.origin && note.size === receipt.size && note.root === receipt.root;
  told.push([proven === receipt.root && Boolean(fits), `${number}的内容${proven === receipt.root && fits ? "与它自己的根和签名文本一致。" : "算不出它自己的根，或者和签名文本不符。"}`]);
  if (receipt.nonce !== undefined) {
    const same = commitment(receipt.nonce, receipt.choices) === parsed(receipt.line).commitment;
    told.push([same, same ? `${number}的选择就是投票时封存的选择：${words(receipt.choices)}` : `${number}的选择与投票时封存的不符。`]);
  }
  if (!log) {
    told.push([null, "没有选压缩包：没有核对它在不在日志里，也没有验签名。"]);
  } else if (log.lines[index] !== receipt.line) {
    told.push([false, `${number}不在日志里，或者内容不同。`]);
  } else {
    const isVoid = log.standing && log.bodies[index].kind === "ballot" && !log.standing.has(index);
    told.push([isVoid ? null : true, `${number}在日志里${isVoid ? "，但已作废。" : "。"}`]);
  }
}

const words = (choices) => Object.keys(choices).sort().map((id) => `${id} ${choices[id].join("、")}`).join("；");

function read(text, where, papers, told) {
  let value = null;
  try { value = JSON.parse(text); } catch { /* a letter, then */ }
  if (value && value.format === "bizhan-receipt-v1") {
    papers.receipts.push({ ...value, where });
    papers.notes.push(...notesIn(value.note, where));
    return;
  }
  const notes = notesIn(text, where);
  if (!notes.length) told.push([false, `${where} 里找不到回执，也找不到检查点。`]);
  papers.notes.push(...notes);
}

/** `papers` are pairs of a name and a text; `zip` is an ArrayBuffer or null. */
async function verify(texts, zip) {
  const told = [], papers = { receipts: [], notes: [] };
  for (const [where, text] of texts) read(text, where, papers, told);
  let log = null;
  try {
    if (zip) log = await checkBundle(await unzipped(zip), papers, told);
  } catch (error) {
    told.push([false, `压缩包读不出来：${error.message}`]);
  }
  for (const receipt of papers.receipts) {
    try {
      await checkReceipt(receipt, log, told);
    } catch {
      told.push([false, `${receipt.where} 写法不对。`]);
    }
  }
  return told;
}

// --- The page ---

const TONES = new Map([[true, ["ok", "相符"]], [false, ["late", "不符"]], [null, ["soon", "提醒"]]]);

function show(told) {
  const bad = told.filter(([good]) => good === false).length, open = told.some(([good]) => good === null);
  const verdict = document.getElementById("verdict");
  verdict.className = `message message--${bad ? "error" : open ? "warning" : "success"}`;
  verdict.textContent = bad ? `有 ${bad} 处不符。` : open ? "查过的都相符，但有提醒，请看下面。" : "全部相符。";
  document.getElementById("lines").replaceChildren(...told.map(([good, sentence]) => {
    const [tone, word] = TONES.get(good), row = document.createElement("li");
    const said = document.createElement("div"), badge = document.createElement("span");
    said.textContent = sentence;
    badge.className = `badge badge--${tone}`;
    badge.textContent = word;
    row.append(said, badge);
    return row;
  }));
  document.getElementById("found").hidden = false;
  document.getElementById("found").scrollIntoView();
}

const form = document.getElementById("check");
form.hidden = false;
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const [papers, bundle] = ["papers", "bundle"].map((id) => [...document.getElementById(id).files]);
  const texts = await Promise.all(papers.map(async (file) => [file.name, await file.text()]));
  const pasted = document.getElementById("pasted").value.trim();
  if (pasted) texts.push(["贴上的文字", `${pasted}\n`]);
  if (!texts.length && !bundle.length) {
    show([[false, "请先选回执，或者选日志压缩包。"]]);
    return;
  }
  show(await verify(texts, bundle.length ? await bundle[0].arrayBuffer() : null));
});
