import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadCommands } from '../src/load-commands.ts'
import { ROOT, type Source, sourcesIn } from './helpers/sources.ts'
import { callsOf, type Call, literalOf } from './helpers/calls.ts'

const files = sourcesIn('commands', 'src')
const CJK = /\p{Script=Han}/u

/** Names and commands, which are the same in every language. */
const NAMES =
  /\/(?:openclaw|oncall|ops)[a-z ]*|\bfly [a-z]+|WireGuard|6PN|Flycast|Discord|Telegram|OpenClaw|CPUs?|Pong/g
/** Pairs of values, signs and names alone are no sentences, and the rules below are not for them. */
const hasWords = (literal: string): boolean =>
  /[a-z]{2}/i.test(literal.replace(/\$\{[^}]*\}/g, '').replace(NAMES, ''))

/** Letters that Traditional Chinese writes otherwise; taken from the commonest of the simplification tables. */
const SIMPLIFIED =
  /[与专业东丝丢两严丧个丰临为丽举义乌乐乔习乡书买乱争亏亚产亲亿仅从仓仪们价众优会伟传伤伦伪体余侠侣侦侧侨债倾偿储儿兑党兰关兴养兽内冈册写军农冯冲决况冻净凉减凑凤凭凯击凿划刘则刚创删别剂剑剧劝办务动励劲劳势勋区医华协单卖卢卫厂厅历厉压厌厕县参双发变叙叶号叹吓吕吗听启吴员呛响哑唤啸嘱团园围图国圆圣场坏块坚坛坝坟坠垄垦执扩扫扬护报担拟拥择挂挤挥损换据携摄摆摇撑断无旧时显晓晕暂术机杀杂权条来杨极构枪柜标栈栋树样档桥梦检楼横欢欧岁残毁气汇汉汤沟没泪泽洁浅测浊济浓涛涝润涨淀渊渐温湾湿满滤滥灭灯灵灾炉点炼烁烂热焕爱爷牵犹状独狭狮猎猪玛环现珐电画畅疗疯皱盐监盖盘眍着睁瞒码础确碍礼祸离种积称稳穷窃竖竞笔笼筑签简类粮紧红约级纪纤纬纯纱纲纳纵纷纸纹纺线练组细织终经绑结绕给络绝统继续绪绳维绵绿缓编缘缩缴网罗罚罢职联聪肃胁胜脑脸节药荣荐获莱营萨蓝虑虚虽蚂补装见观规视览觉触计订认讨让训议讯记讲许论设访证评识诉词译试诗话该详语误说请诸读课谁调谅谈谢谱贝负财责败货质贩贪购贯贴贵贷费资赋赏赖赚赛赞赠赢赶趋跃践车轨转轮软轻载较辅辆输辑达迁过运还这进远违连迟适选递逻遗邮郑酱释里钉针钟钥钱铁铜银链销锁错锅键锦镇长门闭问间闲闻阅阔队阳阴阵阶际陆陈险随隐难雾静页顶项顺须预领频颖题颜额风飞饭饮馆马驱驳驶驻驾验骑骗鱼鲜鸟鸡麦黄齐齿龙龟]/u

const where = ({ path, line }: Call): string => `${path}:${line}`
const pairs = files.flatMap((file) => callsOf(file, 'tr'))

test('sentences come in pairs: two words or more to each, none left empty', () => {
  assert.ok(pairs.length > 250, `only ${pairs.length} pairs were found`)
  const wrong = pairs.filter(({ args }) => args.length !== 2 || args.some((arg) => arg === "''"))
  assert.deepEqual(wrong.map(where), [])
})

test('the second of a pair is Chinese, the first is not', () => {
  const wrong = pairs.filter(({ args }) => {
    const [en = '', zh = ''] = args.map(literalOf)
    const bothLiteral = args.every((arg) => literalOf(arg) !== undefined)
    // Put together from parts that are pairs themselves.
    const composed = zh.includes('${zh')
    return bothLiteral && !composed && hasWords(en) && (!CJK.test(zh) || CJK.test(en))
  })
  assert.deepEqual(wrong.map(where), [])
  const literal = pairs.filter(({ args }) => args.every((arg) => literalOf(arg) !== undefined))
  assert.ok(literal.length > pairs.length * 0.9, 'most pairs are written out')
})

test('Chinese is written in Traditional letters', () => {
  const simplified = pairs.flatMap((call) => {
    const [, zh = ''] = call.args
    const found = SIMPLIFIED.exec(zh)
    return found ? [`${where(call)}: ${found[0]}`] : []
  })
  assert.deepEqual(simplified, [])
  assert.match('请重启机器', SIMPLIFIED)
  assert.doesNotMatch('請重新啟動機器，費用約為 5 元；裡面沒有東西。', SIMPLIFIED)
})

test('both of a pair end alike: a sentence in one is a sentence in the other', () => {
  const END = /[.?!:。？！：]$/
  const wrong = pairs.filter(({ args }) => {
    const [en, zh] = args.map(literalOf)
    // What ends in a blank is joined to something.
    const whole = en !== undefined && zh !== undefined && hasWords(en) && !en.endsWith(' ')
    return whole && END.test(en) !== END.test(zh)
  })
  assert.deepEqual(wrong.map(where), [])
})

test('both of a pair put the same values in', () => {
  const values = (arg = ''): ReadonlySet<string> =>
    new Set([...arg.matchAll(/\$\{([^}]*)\}/g)].map(([, one = '']) => one))
  // What is chosen or said by language differs in its code, too.
  const plain = (names: ReadonlySet<string>) => !/[(?']/.test([...names].join(' '))
  const wrong = pairs.filter(({ args }) => {
    const [en, zh] = [values(args[0]), values(args[1])]
    return plain(en) && plain(zh) && en.size !== zh.size
  })
  assert.deepEqual(wrong.map(where), [])
})

/** Functions whose arguments a person reads. */
const SHOWN = [
  'text',
  'fields',
  'table',
  'reply.ok',
  'reply.info',
  'reply.warn',
  'reply.error',
  'reply.pending',
]

const untranslated = (list: readonly Source[]): readonly string[] =>
  list
    .flatMap((file) => SHOWN.flatMap((name) => callsOf(file, name)))
    .flatMap((call) => {
      const bare = call.text.replace(/\btr\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)/g, '')
      const [found] = bare.match(/(['`])[A-Z][\w’]* [a-z$][^'`]*\1/) ?? []
      return found === undefined ? [] : [`${where(call)}: ${found}`]
    })

test('no English is shown that has no translation', () => {
  // Adapters and the health page have their own checks: what they write is for machines and logs, too.
  const own = files.filter(({ path }) => !/^src\/(?:chat|http)\//.test(path))
  assert.deepEqual(untranslated(own), [])
  const found = (text: string) => untranslated([{ path: 'x.ts', text }]).length
  assert.equal(found("reply.ok('All is well', [])"), 1)
  assert.equal(found('text(`Volume ${id} is full`)'), 1)
  assert.equal(found("fields([tr('A label', '標籤'), 'Some plain words'])"), 1)
  assert.equal(found("text(tr('Some (plain) words', '一些文字'))"), 0)
  assert.equal(
    found("fields([tr('Place', '地點'), placeKey(place)], [tr('A (b', '甲'), 'x y'])"),
    0,
  )
})

test('every command and option is described in both languages', async () => {
  for (const [path, { command, options }] of await loadCommands()) {
    const texts = [command.description, ...options.map(({ about }) => about)]
    for (const one of texts) {
      assert.ok(typeof one === 'object', path)
      assert.match(one.en, /^[\w(*]/, path)
      assert.match(one['zh-TW'], CJK, `${path}: ${one['zh-TW']}`)
      assert.doesNotMatch(one['zh-TW'], SIMPLIFIED, path)
      assert.doesNotMatch(one.en, CJK, path)
    }
  }
})

/** Replies as they look in Chinese, from the snapshots of the commands. */
function golden(): ReadonlyArray<readonly [name: string, text: string]> {
  const folder = join(ROOT, 'test/commands')
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.snapshot'))
    .flatMap((name) =>
      [
        ...readFileSync(join(folder, name), 'utf8').matchAll(
          /exports\[`(.*)`\] = `\n([\s\S]*?)\n`;/g,
        ),
      ]
        .map(([, title = '', body = '']) => [`${name} ${title}`, body] as const)
        .filter(
          ([, body]) => !body.startsWith('{') && body.split('\n').some((line) => CJK.test(line)),
        ),
    )
}

/** Words of other languages that stay as they are: what was typed, names, commands, log lines, headings of a golden, what Fly itself said (quoted). */
const KEPT =
  /^--- .*|^(?:▸ )?\d\d:\d\d:\d\d .*|rotate the leaked token|「[^」]*」|“[^”]*”|\bfly(?: [^\s（）。，]+)+|https?:\S+|\/[a-z]+(?: [a-z<>=:\d-]+)*|Discord|Telegram|Person \d+|Fly|The organization is over its quota\./g

test('a reply in Chinese holds no English sentence', () => {
  const replies = golden()
  assert.ok(replies.length >= 15, `only ${replies.length} were found`)
  const english = replies.flatMap(([name, body]) =>
    body
      .split('\n')
      // Code, tables and examples are set in.
      .filter((line) => !line.startsWith('  '))
      .filter((line) => /(?:\b[a-z]{2,}\b[ ,]+){3,}/i.test(line.replace(KEPT, '')))
      .map((line) => `${name}: ${line}`),
  )
  assert.deepEqual(english, [])
})
