import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { initWasm, Resvg } from '@resvg/resvg-wasm'
import type { MemoryGraph } from '../core/oncall/memory.ts'
import { memorySvg } from './memory-svg.ts'

// A process of its own: the graph as JSON on standard input, a PNG on standard output. What it loads goes with it.
const wasm = import.meta.resolve('@resvg/resvg-wasm/index_bg.wasm')
const letters = import.meta.resolve('@fontsource/b612/files/b612-latin-400-normal.woff2')
await initWasm(await readFile(new URL(wasm)))
const font = await readFile(new URL(letters))
const graph = JSON.parse(await text(process.stdin)) as MemoryGraph
const drawing = new Resvg(memorySvg(graph), {
  font: { fontBuffers: [font], defaultFontFamily: 'B612', loadSystemFonts: false },
})
process.stdout.write(drawing.render().asPng())
