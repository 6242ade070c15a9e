// The table: a line for each unit and objective, indented, with its figures in columns.

const COLUMNS = [
  ["title", "Objective"],
  ["status", "Status"],
  ["behind", "Progress / expected"],
  ["stale", "Key results"],
  ["owner", "Owner"],
]

function drawTable(view, shown) {
  const { tree, state } = view
  const pages = view.printing ? 1 : Math.ceil(shown.length / SIZE)
  state.page = Math.min(state.page, Math.max(pages - 1, 0))
  const begin = state.page * SIZE
  const part = view.printing ? shown : shown.slice(begin, begin + SIZE)
  const above = []
  if (part.length) for (let n = tree.parent[part[0]]; n >= 0; n = tree.parent[n]) above.unshift(n)

  const grid = make("div", "okr-table")
  grid.setAttribute("role", "treegrid")
  grid.setAttribute("aria-label", view.head.says)
  grid.setAttribute("aria-rowcount", shown.length + 1)
  grid.append(headings(view), ...above.map(n => line(view, n)), ...part.map(n => line(view, n)))
  const frame = document.createDocumentFragment()
  frame.append(grid)
  if (pages > 1) frame.append(pager(state.page, pages, begin, part.length, shown.length))
  return frame
}

function headings(view) {
  const row = make("div", "okr-head")
  row.setAttribute("role", "row")
  for (const [order, says] of COLUMNS) {
    const cell = make("div")
    const button = make("button", "okr-sort", says)
    const sorted = view.head.order === order
    cell.setAttribute("role", "columnheader")
    cell.setAttribute("aria-sort", !sorted ? "none" : ["title", "owner"].includes(order) ? "ascending" : "other")
    button.type = "button"
    button.dataset.order = order
    button.title = view.head.orders[order]
    if (sorted) button.append(" ↓")
    cell.append(button)
    row.append(cell)
  }
  return row
}

function line(view, n) {
  const { tree } = view
  const kind = tree.body.kind[n]
  const row = make("div", `okr-line okr-is-${kind}`)
  row.setAttribute("role", "row")
  asItem(view, row, n)
  row.append(naming(view, n))
  if (kind === "o") row.append(...figures(tree, n))
  else if (kind === "u") row.append(unitFigures(tree, n))
  return row
}

function cell(name, ...parts) {
  const found = make("div", name)
  found.setAttribute("role", "gridcell")
  found.append(...parts.filter(Boolean))
  return found
}

function naming(view, n) {
  const { tree } = view
  const name = make("span", "okr-name", tree.body.title[n])
  const folded = tree.children[n].length && !isOpen(view, n) ? under(tree, n) : ""
  const note = [tree.body.says[n], folded].filter(Boolean).join(" · ")
  const words = make("div", "okr-words")
  words.append(name)
  if (note) words.append(" ", make("span", "okr-note", note))
  if (tree.body.kind[n] === "o" && contributes(tree, n)) words.append(make("div", "okr-note okr-clamp", contributes(tree, n)))
  const found = cell("okr-title", tree.children[n].length ? twist(view, n) : make("span", "okr-twist"), words)
  found.style.setProperty("--depth", tree.body.depth[n])
  return found
}

function figures(tree, n) {
  const { body } = tree
  const word = coded(tree, "status", n)
  return [
    cell("", badge(tree, word)),
    cell("", ...measured(tree, word, body.progress[n], body.expected[n])),
    cell("", coded(tree, "results", n), make("div", "okr-note", coded(tree, "updates", n))),
    cell("", coded(tree, "owner", n), make("div", "okr-note", coded(tree, "about", n))),
  ]
}

function measured(tree, word, progress, expected) {
  if (progress === null) return [make("span", "okr-note", "nothing measured yet")]
  const figures = make("div", "okr-measured")
  figures.append(make("b", "", percent(progress)), ` / ${percent(expected)}`)
  return [bar(tree, word, progress, expected), figures]
}

// A unit's own figures, cycle by cycle, and beside them those of the teams below, never mixed.
function unitFigures(tree, n) {
  const found = cell("okr-unit")
  found.setAttribute("aria-colspan", COLUMNS.length - 1)
  for (const [cycle, own, below] of tree.body.figures[n] ?? []) {
    const [word, progress, expected, says] = own[0] ? own : below
    const told = own[0]
      ? [says, below[0] && `teams below: ${percent(below[1])} / ${percent(below[2])}, ${below[3]}`]
      : [`teams below, nothing of its own: ${says}`]
    const share = make("div")
    share.append(...measured(tree, word, progress, expected))
    found.append(badge(tree, word), share, make("div", "okr-note", [cycle, ...told].filter(Boolean).join(" · ")))
  }
  return found
}

function pager(page, pages, begin, here, all) {
  const found = make("nav", "okr-pager")
  found.setAttribute("aria-label", "Pages of the table")
  for (const [step, says, dead] of [[-1, "Previous page", page === 0], [1, "Next page", page === pages - 1]]) {
    const button = make("button", "okr-button", says)
    button.type = "button"
    button.dataset.step = step
    button.disabled = dead
    found.append(button)
  }
  const number = n => n.toLocaleString("en")
  found.append(make("span", "", `Lines ${number(begin + 1)} to ${number(begin + here)} of ${number(all)}`))
  return found
}
