// Table and map as one component: what is drawn, keys and clicks, and the focus that comes back from the drawer.

const kept = new Map() // by what is looked at: what is open, where one is; so that it is still there when one comes back
const views = new WeakMap()
const NARROW = 700 // pixels below which the map, too, is an indented list

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".okr-alignment")
  const cut = data.indexOf(10) // a line of what is looked at, then the nodes
  const decoder = new TextDecoder()
  const head = JSON.parse(decoder.decode(data.subarray(0, cut)))
  const view = views.get(root) ?? begin(root)
  view.send = setTriggerValue
  colour(root)
  const before = view.head
  view.head = head
  if (!before || before.version !== head.version || before.look !== head.look) {
    view.tree = grow(JSON.parse(decoder.decode(data.subarray(cut + 1))), head.look)
  } else if (before.name === head.name && before.selected === head.selected && before.order === head.order) return view.end
  view.state = kept.get(head.name) ?? { open: new Set(), focus: "", selected: "", asked: "", found: [], here: -1, page: 0 }
  if (!kept.has(head.name)) {
    kept.set(head.name, view.state)
    openAtFirst(view)
  }
  seek(view, view.find.value)
  const asked = head.selected && head.selected !== view.state.asked ? view.tree.at.get(`o${head.selected}`) : undefined
  view.state.asked = head.selected
  if (asked === undefined) draw(view)
  else {
    view.state.selected = view.tree.keys[asked]
    goTo(view, asked, "center")
  }
  return view.end
}

function begin(root) {
  const view = { root, marked: new Set(), printing: false }
  views.set(root, view)
  const tools = make("div", "okr-tools")
  const name = make("label", "okr-seek")
  view.find = make("input")
  view.find.type = "search"
  view.find.placeholder = "Words of a title"
  view.find.autocomplete = "off"
  name.append(make("span", "", "Find"), view.find)
  view.told = make("span", "okr-told")
  view.told.setAttribute("role", "status")
  tools.append(name, view.told)
  for (const [says, does] of [["Expand all", () => openAll(view)], ["Collapse all", () => view.state.open.clear()], ["Print", null]]) {
    const button = make("button", "okr-button", says)
    button.type = "button"
    button.onclick = () => {
      if (!does) return window.print()
      does()
      draw(view)
    }
    tools.append(button)
  }
  view.place = make("div")
  root.replaceChildren(tools, view.place)

  let waits = 0
  view.find.oninput = () => {
    clearTimeout(waits)
    waits = setTimeout(() => {
      seek(view, view.find.value)
      if (view.state.found.length) nextFound(view, 1)
      else draw(view)
      tellFound(view)
    }, 150)
  }
  view.find.onkeydown = event => {
    if (!view.state.found.length) return
    if (event.key === "Enter") {
      event.preventDefault()
      nextFound(view, event.shiftKey ? -1 : 1)
      tellFound(view)
    } else if (event.key === "ArrowDown") {
      event.preventDefault()
      goTo(view, view.state.found[Math.max(view.state.here, 0)])
    }
  }
  view.place.onclick = event => clicked(view, event)
  view.place.onkeydown = event => pressed(view, event)
  view.place.addEventListener("focusin", event => {
    const n = itemOf(event.target)
    if (n !== undefined) moveTab(view, n)
  })
  const print = printing => () => {
    view.printing = printing
    draw(view)
  }
  const resized = new ResizeObserver(() => {
    const asMap = view.head?.look === "map" && root.clientWidth >= NARROW
    if (view.tree && !view.printing && asMap !== view.asMap) draw(view)
    else if (view.map) fillMap(view)
  })
  resized.observe(root)
  const [before, after] = [print(true), print(false)]
  addEventListener("beforeprint", before)
  addEventListener("afterprint", after)
  view.end = () => {
    removeEventListener("beforeprint", before)
    removeEventListener("afterprint", after)
    view.watch?.disconnect()
    resized.disconnect()
  }
  return view
}

function draw(view) {
  const started = performance.now()
  const active = document.activeElement
  const had = view.place.contains(active) ? { ...active.dataset } : {}
  const frame = view.place.querySelector(".okr-frame")
  const scrolled = frame ? [frame.scrollLeft, frame.scrollTop] : [0, 0]
  const shown = visible(view)
  view.shown = shown
  view.marked = new Set(view.state.found)
  let focus = view.tree.at.get(view.state.focus)
  while (focus !== undefined && !isSeen(view, focus)) focus = view.tree.parent[focus]
  view.state.focus = view.tree.keys[focus ?? shown[0]]
  view.asMap = view.head.look === "map" && !view.printing && view.root.clientWidth >= NARROW
  view.map = null
  view.place.replaceChildren(view.asMap ? drawMap(view, shown) : drawTable(view, shown))
  if (view.asMap) {
    view.map.frame.scrollTo(...scrolled)
    fillMap(view)
  }
  if (!view.place.querySelector('[data-at][tabindex="0"]')) view.place.querySelector("[data-at]")?.setAttribute("tabindex", 0)
  if (had.at !== undefined) elementOf(view, view.tree.at.get(view.state.focus))?.focus({ preventScroll: true })
  else if (had.order) view.place.querySelector(`[data-order="${had.order}"]`)?.focus({ preventScroll: true })
  else if (had.step) view.place.querySelector(`[data-step="${had.step}"]`)?.focus({ preventScroll: true })
  view.root.dataset.drawn = (performance.now() - started).toFixed(1)
  view.root.dataset.shown = shown.length
}

function isSeen({ tree, state }, n) {
  for (let above = tree.parent[n]; above >= 0; above = tree.parent[above]) if (!state.open.has(tree.keys[above])) return false
  return true
}

const itemOf = target => {
  const item = target.closest?.("[data-at]")
  return item ? Number(item.dataset.at) : undefined
}
const elementOf = (view, n) => (view.map ? cardOf(view, n) : view.place.querySelector(`[data-at="${n}"]`))

function moveTab(view, n) {
  for (const old of view.place.querySelectorAll('[data-at][tabindex="0"]')) old.tabIndex = -1
  elementOf(view, n)?.setAttribute("tabindex", 0)
  view.state.focus = view.tree.keys[n]
}

// Brings a line into sight, opening what hides it, and the focus there.
function goTo(view, n, block = "nearest", focus = true) {
  let stale = !isSeen(view, n) || !view.shown
  openWayTo(view, n)
  if (stale) view.shown = visible(view)
  const page = Math.floor(view.shown.indexOf(n) / SIZE)
  if (!view.asMap && page !== view.state.page) {
    view.state.page = page
    stale = true
  }
  view.state.focus = view.tree.keys[n]
  if (stale || !elementOf(view, n)) draw(view)
  const element = elementOf(view, n)
  if (focus) element.focus({ preventScroll: true })
  element.scrollIntoView({ block, inline: "nearest" })
}

function fold(view, n, open) {
  if (!view.tree.children[n].length) return
  view.state.focus = view.tree.keys[n]
  if (open) view.state.open.add(view.tree.keys[n])
  else view.state.open.delete(view.tree.keys[n])
  draw(view)
  elementOf(view, n)?.focus({ preventScroll: true })
}

function nextFound(view, step) {
  const { state } = view
  state.here = (state.here + step + state.found.length) % state.found.length
  state.focus = view.tree.keys[state.found[state.here]]
  openWayTo(view, state.found[state.here])
  draw(view)
  goTo(view, state.found[state.here], "nearest", false)
}

function tellFound({ state, find, told, tree }) {
  if (!find.value.trim()) told.textContent = ""
  else if (!state.found.length) told.textContent = "Nothing has these words in its title."
  else told.textContent = `${state.here + 1} of ${state.found.length.toLocaleString("en")}: ${tree.body.title[state.found[state.here]]}`
}

function clicked(view, event) {
  const button = event.target.closest("button")
  if (button?.dataset.order) {
    view.send("order", button.dataset.order === view.head.order ? "" : button.dataset.order)
    return
  }
  if (button?.dataset.step) {
    view.state.page += Number(button.dataset.step)
    view.state.focus = ""
    draw(view)
    view.root.scrollIntoView({ block: "start" })
    return
  }
  const n = itemOf(event.target)
  if (n === undefined) return
  const goal = "om".includes(view.tree.body.kind[n])
  if (event.target.closest("[data-fold]") || !goal) fold(view, n, !isOpen(view, n))
  else if (view.asMap || event.target.closest(".okr-name")) openGoal(view, n)
  else moveTab(view, n)
}

function openGoal(view, n) {
  const { state, tree } = view
  state.focus = state.selected = tree.keys[n]
  for (const old of view.place.querySelectorAll('[aria-selected="true"]')) old.setAttribute("aria-selected", "false")
  const element = elementOf(view, n)
  element.setAttribute("aria-selected", "true")
  element.focus({ preventScroll: true })
  view.send("open", tree.body.id[n])
  comeBack(view)
}

// When the drawer is closed, the focus returns to where it was opened, even if that was drawn anew meanwhile.
function comeBack(view) {
  view.watch?.disconnect()
  let seen = false
  view.watch = new MutationObserver(() => {
    if (document.querySelector('[role="dialog"]')) seen = true
    else if (seen) {
      view.watch.disconnect()
      setTimeout(() => {
        const n = view.tree.at.get(view.state.focus)
        const lost = !document.activeElement || document.activeElement === document.body
        if (lost && view.root.isConnected && n !== undefined) elementOf(view, n)?.focus({ preventScroll: true })
      }, 50)
    }
  })
  view.watch.observe(document.body, { childList: true }) // where dialogs stand
}

let typed = ""
let typedAt = 0

function pressed(view, event) {
  const n = itemOf(event.target)
  if (n === undefined || event.target.closest("button") || event.ctrlKey || event.metaKey || event.altKey) return
  const { tree, shown } = view
  const at = shown.indexOf(n)
  const inner = tree.children[n]
  const goal = "om".includes(tree.body.kind[n])
  let to
  switch (event.key) {
    case "ArrowDown": to = shown[at + 1]; break
    case "ArrowUp": to = shown[at - 1]; break
    case "Home": to = shown[0]; break
    case "End": to = shown[shown.length - 1]; break
    case "ArrowRight":
      if (inner.length && !isOpen(view, n)) fold(view, n, true)
      else if (inner.length) to = inner[0]
      break
    case "ArrowLeft":
      if (inner.length && isOpen(view, n)) fold(view, n, false)
      else if (tree.parent[n] >= 0) to = tree.parent[n]
      break
    case "*":
      for (const one of beside(tree, n)) if (tree.children[one].length) view.state.open.add(tree.keys[one])
      draw(view)
      break
    case "Enter":
      if (goal) openGoal(view, n)
      else fold(view, n, !isOpen(view, n))
      break
    default: {
      if (event.key.length !== 1) return
      typed = event.timeStamp - typedAt < 700 ? typed + event.key.toLowerCase() : event.key.toLowerCase()
      typedAt = event.timeStamp
      if (!typed.trim()) {
        typed = ""
        break
      }
      const from = at + (typed.length === 1 ? 1 : 0)
      to = [...shown.slice(from), ...shown.slice(0, from)].find(one => tree.body.title[one].toLowerCase().startsWith(typed))
    }
  }
  event.preventDefault()
  if (to !== undefined) goTo(view, to)
}
