// The tree that table and map show: how the lines hang together, which are open, what is sought, and where one is.

const SIZE = 200 // lines of a page of the table
const AT_FIRST = 60 // lines that the table opens with, at most, if whole levels are to be seen
const WAYS = 300 // finds whose ways are opened

const make = (tag, name = "", text = "") => {
  const element = document.createElement(tag)
  if (name) element.className = name
  if (text) element.textContent = text
  return element
}

// The lines come from the top down, each with its depth. The map draws a second parent as a link, the table mentions it.
function grow(body, look) {
  const many = body.kind.length
  const tree = {
    body, many, tops: [], links: [], keys: [], at: new Map(),
    parent: new Int32Array(many).fill(-1),
    place: new Int32Array(many), // among those side by side, from 1
    beneath: new Int32Array(many), // objectives
    off: new Int32Array(many), // those of them that are off track
    children: Array.from({ length: many }, () => []),
    context: new Set(body.context),
  }
  const path = []
  for (let n = 0; n < many; n++) {
    const [kind, depth] = [body.kind[n], body.depth[n]]
    path[depth] = n
    const above = depth ? path[depth - 1] : -1
    tree.keys[n] = kind + body.id[n] + (kind === "m" ? `\n${body.id[above]}` : "")
    if (kind === "m" && look === "map") {
      tree.links.push([`o${body.id[n]}`, above])
      continue
    }
    tree.at.set(tree.keys[n], n)
    tree.parent[n] = above
    const side = above < 0 ? tree.tops : tree.children[above]
    tree.place[n] = side.push(n)
  }
  const { at, words } = body.status
  for (let n = many - 1; n >= 0; n--) {
    const above = tree.parent[n]
    if (above < 0) continue
    const goal = body.kind[n] === "o"
    tree.beneath[above] += tree.beneath[n] + goal
    tree.off[above] += tree.off[n] + (goal && words[at[n]] === "off track")
  }
  return tree
}

const beside = (tree, n) => (tree.parent[n] < 0 ? tree.tops : tree.children[tree.parent[n]])
const coded = (tree, column, n) => tree.body[column].words[tree.body[column].at[n]]
const isOpen = ({ tree, state }, n) => state.open.has(tree.keys[n])

// The lines that are seen: those of which everything above is open.
function visible({ tree, state }) {
  const shown = []
  const waiting = [...tree.tops].reverse()
  while (waiting.length) {
    const n = waiting.pop()
    shown.push(n)
    if (tree.children[n].length && state.open.has(tree.keys[n])) {
      for (let k = tree.children[n].length - 1; k >= 0; k--) waiting.push(tree.children[n][k])
    }
  }
  return shown
}

// What is open where nobody has opened anything: two levels of the map; of the table as many as are seen at a glance.
function openAtFirst({ tree, state, head }) {
  let level = tree.tops
  let seen = level.length
  for (let depth = 0; level.length && (head.look === "table" || depth === 0); depth++) {
    const inner = level.filter(n => tree.children[n].length && (head.look === "table" || tree.body.kind[n] !== "h"))
    const next = inner.flatMap(n => tree.children[n])
    seen += next.length
    if (depth && seen > AT_FIRST) break
    for (const n of inner) state.open.add(tree.keys[n])
    level = next
  }
  if (tree.many <= WAYS) for (const n of tree.context) state.open.add(tree.keys[n])
}

function openWayTo({ tree, state }, n) {
  for (let above = tree.parent[n]; above >= 0; above = tree.parent[above]) state.open.add(tree.keys[above])
}

function openAll({ tree, state }) {
  for (let n = 0; n < tree.many; n++) if (tree.children[n].length) state.open.add(tree.keys[n])
}

function seek(view, text) {
  const { tree, state } = view
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  state.found = []
  state.here = -1
  if (!words.length) return
  for (const n of tree.at.values()) {
    if (tree.body.kind[n] === "m") continue
    const title = tree.body.title[n].toLowerCase()
    if (words.every(word => title.includes(word))) state.found.push(n)
  }
  for (const n of state.found.slice(0, WAYS)) openWayTo(view, n)
}

// A status as everywhere: shape, word and colour.
function badge(tree, word) {
  if (!word) return make("span")
  const [text, colour] = tree.body.statuses[word]
  const found = make("span", `okr-badge okr-${colour}`)
  const shape = make("span", "", text[0])
  shape.setAttribute("aria-hidden", "true")
  found.append(shape, text.slice(1))
  return found
}

// How much is done, as a bar with a mark where it should be.
function bar(tree, word, progress, expected) {
  const found = make("span", `okr-bar okr-${word ? tree.body.statuses[word][1] : "gray"}`)
  const done = make("span", "okr-done")
  done.style.width = `${progress ?? 0}%`
  found.append(done)
  if (expected !== null) {
    const mark = make("span", "okr-mark")
    mark.style.left = `${expected}%`
    found.append(mark)
  }
  return found
}

// The statuses' colours of charts, which differ between light and dark.
function colour(root) {
  const colours = getComputedStyle(root).getPropertyValue("--st-chart-categorical-colors").split(",")
  for (const [n, name] of ["blue", "orange", "red", "gray", "violet"].entries()) {
    root.style.setProperty(`--okr-${name}`, colours[n]?.trim() || "gray")
  }
}

const percent = share => (share === null ? "–" : `${String(share).replace("-", "−")} %`)

// What is beneath a line that is folded.
function under(tree, n) {
  const [many, off] = [tree.beneath[n], tree.off[n]]
  if (!many) return tree.children[n].length ? `${tree.children[n].length} more beneath` : ""
  return `${many.toLocaleString("en")} beneath` + (off ? `, ${off.toLocaleString("en")} off track` : "")
}

// To which objectives it contributes, in words; without the one beneath which it stands.
function contributes(tree, n) {
  const [over, above] = [tree.parent[n], tree.body.parents[n]]
  const beneath = over >= 0 && tree.body.kind[over] === "o"
  const others = above.map(at => tree.body.goals[at]).filter(title => !beneath || title !== tree.body.title[over])
  return others.length ? `→ ${beneath ? "also " : ""}contributes to ${others.map(title => `“${title}”`).join(", ")}` : ""
}

// What table rows and cards have in common as items of a tree.
function asItem(view, element, n) {
  const { tree, state } = view
  element.dataset.at = n
  element.tabIndex = tree.keys[n] === state.focus ? 0 : -1
  element.setAttribute("aria-level", tree.body.depth[n] + 1)
  element.setAttribute("aria-setsize", beside(tree, n).length)
  element.setAttribute("aria-posinset", tree.place[n])
  element.setAttribute("aria-selected", tree.keys[n] === state.selected)
  if (tree.children[n].length) element.setAttribute("aria-expanded", isOpen(view, n))
  if (tree.context.has(n)) element.classList.add("okr-context")
  if (view.marked.has(n)) element.classList.add("okr-found")
  if (state.found[state.here] === n) element.classList.add("okr-here")
}

function twist(view, n) {
  const found = make("span", "okr-twist", isOpen(view, n) ? "▾" : "▸")
  found.setAttribute("aria-hidden", "true")
  found.dataset.fold = ""
  return found
}
