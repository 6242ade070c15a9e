// The map: the objectives as cards, each right of what it contributes to first; further parents by dashed links.
// However many are open, only those near the window are in the page.

const CARD = { wide: 256, high: 122, right: 40, below: 10, edge: 12 }
const BEND = 48 // how far a link goes out that leads back
const NEAR = 5 // rows drawn above and below the window

function drawMap(view, shown) {
  const { tree } = view
  const row = new Map()
  const rows = []
  for (const n of shown) {
    if (isOpen(view, n) && tree.children[n].length) continue
    row.set(n, rows.length)
    rows.push([n])
  }
  for (let k = shown.length - 1; k >= 0; k--) {
    if (row.has(shown[k])) continue
    const beside = row.get(tree.children[shown[k]][0]) // the first of those that it opens
    row.set(shown[k], beside)
    rows[beside].unshift(shown[k])
  }
  const deepest = shown.reduce((most, n) => Math.max(most, tree.body.depth[n]), 0)
  const map = make("div", "okr-map")
  map.setAttribute("role", "tree")
  map.setAttribute("aria-label", view.head.says)
  map.style.width = `${2 * CARD.edge + (deepest + 1) * (CARD.wide + CARD.right) - CARD.right + BEND}px`
  map.style.height = `${2 * CARD.edge + rows.length * (CARD.high + CARD.below) - CARD.below}px`
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg")
  drawing.setAttribute("aria-hidden", "true")
  map.append(drawing)
  const frame = make("div", "okr-frame")
  frame.append(map)
  view.map = { map, drawing, frame, row, rows, cards: new Map(), from: 0, to: -1 }
  let waits = false
  frame.onscroll = () => {
    if (waits) return
    waits = true
    requestAnimationFrame(() => {
      waits = false
      if (view.map?.frame === frame) fillMap(view)
    })
  }
  return frame
}

const left = (tree, n) => CARD.edge + tree.body.depth[n] * (CARD.wide + CARD.right)
const top = row => CARD.edge + row * (CARD.high + CARD.below)

// Puts the cards near the window into the page, and takes the others out but for the one with the focus.
function fillMap(view) {
  const { map, drawing, frame, row, rows, cards } = view.map
  const high = CARD.high + CARD.below
  const from = Math.max(0, Math.floor(frame.scrollTop / high) - NEAR)
  const to = Math.min(rows.length - 1, Math.ceil((frame.scrollTop + frame.clientHeight) / high) + NEAR)
  if (from === view.map.from && to === view.map.to) return
  Object.assign(view.map, { from, to })
  const focus = view.tree.at.get(view.state.focus)
  const wanted = new Set(rows.slice(from, to + 1).flat())
  if (row.has(focus)) wanted.add(focus)
  for (const [n, element] of cards) {
    if (wanted.has(n)) continue
    element.remove()
    cards.delete(n)
  }
  let before = drawing
  for (const n of [...wanted].sort((one, other) => one - other)) {
    if (!cards.has(n)) {
      cards.set(n, card(view, n, row.get(n)))
      before.after(cards.get(n))
    }
    before = cards.get(n)
  }
  drawing.replaceChildren(...links(view, from, to))
}

// The card of a line, wherever the map is scrolled to.
function cardOf(view, n) {
  const { frame, row, cards } = view.map
  if (!row.has(n)) return null
  if (!cards.has(n)) {
    frame.scrollTop = top(row.get(n)) - frame.clientHeight / 2
    fillMap(view)
  }
  return cards.get(n)
}

function card(view, n, row) {
  const { tree } = view
  const { body } = tree
  const found = make("div", `okr-card okr-is-${body.kind[n]}`)
  found.setAttribute("role", "treeitem")
  asItem(view, found, n)
  found.style.left = `${left(tree, n)}px`
  found.style.top = `${top(row)}px`
  found.append(make("div", "okr-name", body.title[n]))
  if (body.kind[n] === "o") {
    const word = coded(tree, "status", n)
    found.classList.add(`okr-${body.statuses[word][1]}`)
    const state = make("div", "okr-card-state")
    const [progress, expected] = [body.progress[n], body.expected[n]]
    const measured = progress === null ? "nothing measured yet" : `${percent(progress)}, expected ${percent(expected)}`
    state.append(badge(tree, word), make("span", "", measured))
    const troubled = /off track/.test(coded(tree, "results", n)) ? coded(tree, "results", n) : ""
    found.append(state)
    for (const texts of [[troubled, coded(tree, "owner", n)], [coded(tree, "about", n)], [contributes(tree, n)]]) {
      const text = texts.filter(Boolean).join(" · ")
      if (text) found.append(make("div", "okr-note okr-one-line", text))
    }
  } else found.append(make("div", "okr-note", body.says[n]))
  if (tree.context.has(n)) found.append(make("span", "okr-unheard", "shown for context"))
  if (tree.children[n].length) {
    const fold = twist(view, n)
    fold.textContent = isOpen(view, n) ? "−" : `+${tree.children[n].length}`
    found.append(fold)
  }
  return found
}

// From each open card a trunk down to the last that it opens, with a branch to each; and the dashed links of cards in
// sight to what they contribute to as well.
function links(view, from, to) {
  const { tree } = view
  const { row } = view.map
  const middle = n => top(row.get(n)) + CARD.high / 2
  const [solid, dashed] = [[], []]
  const [high, low] = [top(from), top(to + 1)]
  for (const [n, at] of row) {
    if (!isOpen(view, n) || !tree.children[n].length || at > to) continue
    const last = row.get(tree.children[n].at(-1))
    if (last < from) continue
    const right = left(tree, n) + CARD.wide
    const trunk = right + CARD.right / 2
    if (at >= from) solid.push(`M${right},${middle(n)}H${trunk}`)
    solid.push(`M${trunk},${Math.max(middle(n), high)}V${Math.min(top(last) + CARD.high / 2, low)}`)
    for (const one of tree.children[n]) {
      if (row.get(one) >= from && row.get(one) <= to) solid.push(`M${trunk},${middle(one)}h${CARD.right / 2}`)
    }
  }
  for (const [key, above] of tree.links) {
    const n = tree.at.get(key)
    if (!row.has(n) || !row.has(above)) continue
    if (![row.get(n), row.get(above)].some(at => at >= from && at <= to)) continue
    // An end that is far away is where the link leaves the window: long dashes take long to draw.
    const [y, down] = [above, n].map(one => Math.min(Math.max(middle(one) + 14, high - 500), low + 500))
    const x = left(tree, above) + CARD.wide
    const ahead = left(tree, n) > x
    const end = ahead ? left(tree, n) : left(tree, n) + CARD.wide // back: from right side to right side
    const out = ahead ? (end - x) / 2 : BEND
    dashed.push(`M${x},${y}C${x + out},${y} ${ahead ? end - out : Math.max(x, end) + BEND},${down} ${end},${down}`)
  }
  return [["okr-solid", solid], ["okr-dashed", dashed]].map(([name, paths]) => {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path")
    path.setAttribute("class", name)
    path.setAttribute("d", paths.join(""))
    return path
  })
}
