/** One line of the table. */
export interface Row {
  readonly name: string
  readonly figure: number
  readonly unit: string
  /** Nothing when the figure is only there for comparison. */
  readonly goal?: { readonly is: 'at most' | 'at least' | 'below'; readonly figure: number }
  /** How many times the baseline of the same run it is. */
  readonly ratio?: number
  /** The goal is about the ratio, not the figure. */
  readonly ratioGoal?: { readonly is: 'at most' | 'at least'; readonly figure: number }
}

const HEADS = ['measured', 'figure', 'goal', 'ratio', 'met?'] as const

/** The table, with columns as wide as their widest cell. */
export function renderTable(rows: readonly Row[]): string {
  const cells = [HEADS, ...rows.map(cellsOf)]
  const widths = HEADS.map((_, i) => Math.max(...cells.map((row) => (row[i] ?? '').length)))
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd()
  const [head = [], ...body] = cells
  return [line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...body.map(line)].join(
    '\n',
  )
}

/** Nothing when there is no goal. */
export function isMet({ figure, goal, ratio, ratioGoal }: Row): boolean | undefined {
  if (ratioGoal !== undefined) return reaches(ratio ?? NaN, ratioGoal)
  return goal && reaches(figure, goal)
}

const reaches = (figure: number, goal: NonNullable<Row['goal']>): boolean => {
  if (goal.is === 'at least') return figure >= goal.figure
  return goal.is === 'below' ? figure < goal.figure : figure <= goal.figure
}

const SIGNS = { 'at most': '<=', 'at least': '>=', below: '<' } as const

function cellsOf(row: Row): readonly string[] {
  const { name, figure, unit, goal, ratio, ratioGoal } = row
  const met = isMet(row)
  const wanted = ratioGoal
    ? `ratio ${SIGNS[ratioGoal.is]} ${ratioGoal.figure}`
    : goal && `${SIGNS[goal.is]} ${goal.figure} ${unit}`
  return [
    name,
    `${short(figure)} ${unit}`,
    wanted ?? '',
    ratio === undefined ? '' : short(ratio),
    met === undefined ? '' : met ? 'yes' : 'NO',
  ]
}

const short = (figure: number): string =>
  Math.abs(figure) >= 100 ? figure.toFixed(0) : figure.toFixed(2)
