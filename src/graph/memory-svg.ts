import { scaleLinear, scaleUtc } from 'd3-scale'
import { area, line } from 'd3-shape'
import { megabytes, type MemoryGraph, peakOf } from '../core/oncall/memory.ts'

const SIZE = { width: 800, height: 320 }
const BOX = { left: 84, right: 752, top: 62, bottom: 268 }
/** A plate of its own colour, so that it reads the same on a dark and on a light page. */
const COLOUR = {
  plate: '#20262e',
  rim: '#4a5563',
  grid: '#39434f',
  words: '#c3ccd6',
  title: '#f2f5f8',
  used: '#5ab0f2',
  limit: '#ff7a70',
  since: '#ffc857',
}

/** A machine's memory as SVG: what was used, what there is, and when the trouble began. Times in UTC, no words that need a language. */
export function memorySvg({ machine, used, total, since }: MemoryGraph): string {
  const from = used[0]?.[0] ?? since
  const until = Math.max(used.at(-1)?.[0] ?? since, since)
  const x = scaleUtc([from, Math.max(until, from + 1)], [BOX.left, BOX.right])
  const most = megabytes(Math.max(total, peakOf({ used })))
  const y = scaleLinear([0, most * 1.08], [BOX.bottom, BOX.top])
  const points = used.map(([at, bytes]) => [x(at), y(megabytes(bytes))] as [number, number])
  const fill = area().y0(BOX.bottom)(points) ?? ''
  const stroke = line()(points) ?? ''
  const format = x.tickFormat(6, '%H:%M')
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${SIZE.width}" height="${SIZE.height}" font-family="B612" font-size="17">`,
    `<rect x="1" y="1" width="798" height="318" rx="14" fill="${COLOUR.plate}" stroke="${COLOUR.rim}" stroke-width="2"/>`,
    words({ x: 24, y: 38, fill: COLOUR.title, size: 19 }, `${machine}  MB  UTC`),
    words(
      { x: BOX.right, y: 38, fill: COLOUR.used, anchor: 'end', size: 19 },
      `max ${megabytes(peakOf({ used }))} / ${megabytes(total)}`,
    ),
    ...y.ticks(4).map((mb) => across(y(mb), COLOUR.grid) + left(y(mb), String(mb))),
    ...x.ticks(6).map((at) => below(x(at), format(at))),
    `<path d="${fill}" fill="${COLOUR.used}" fill-opacity="0.28"/>`,
    `<path d="${stroke}" fill="none" stroke="${COLOUR.used}" stroke-width="3" stroke-linejoin="round"/>`,
    across(y(megabytes(total)), COLOUR.limit, '8 6'),
    down(x(since), COLOUR.since),
    '</svg>',
  ].join('')
}

interface At {
  readonly x: number
  readonly y: number
  readonly fill: string
  readonly anchor?: 'end' | 'middle'
  readonly size?: number
}

const words = ({ x, y, fill, anchor, size }: At, text: string): string =>
  `<text x="${x}" y="${y}" fill="${fill}"${anchor ? ` text-anchor="${anchor}"` : ''}${size ? ` font-size="${size}"` : ''}>${text.replace(/[&<>]/g, '')}</text>`

const left = (y: number, text: string): string =>
  words({ x: BOX.left - 12, y: y + 6, fill: COLOUR.words, anchor: 'end' }, text)
const below = (x: number, text: string): string =>
  words({ x, y: BOX.bottom + 30, fill: COLOUR.words, anchor: 'middle' }, text)

const across = (y: number, stroke: string, dashes = ''): string =>
  `<path d="M${BOX.left} ${y}H${BOX.right}" stroke="${stroke}" stroke-width="${dashes ? 2.5 : 1}" stroke-dasharray="${dashes || 'none'}"/>`
const down = (x: number, stroke: string): string =>
  `<path d="M${x} ${BOX.top}V${BOX.bottom}" stroke="${stroke}" stroke-width="2.5"/><circle cx="${x}" cy="${BOX.top}" r="5" fill="${stroke}"/>`
