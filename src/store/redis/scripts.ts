import { createHash } from 'node:crypto'
import type { Redis } from 'ioredis'
import { replyCode } from '../unavailable.ts'
import { LONGEST } from './known.ts'

type Value = string | number
/** Runs one Lua script as a whole; sends its text only to a server that does not know it yet. */
export type Script = (
  redis: Redis,
  keys: readonly string[],
  args: readonly Value[],
) => Promise<unknown>

export function createScript(lua: string): Script {
  const sha = createHash('sha1').update(lua).digest('hex')
  return async (redis, keys, args) => {
    try {
      return await redis.evalsha(sha, keys.length, ...keys, ...args)
    } catch (error) {
      if (replyCode(error) !== 'NOSCRIPT') throw error
      return await redis.eval(lua, keys.length, ...keys, ...args)
    }
  }
}

/**
 * Writes several values and their places, all of them or none. Modes: `put` always; `create` only where nothing is; `swap` only over
 * `expected` (empty: nothing), keeping what is left of its life; `same` writes nothing, and is none unless it holds what is expected.
 * Gives `{1}`, or `{0, current…}` when it did not write. Who listens on a channel gets the head and, behind a line's end, the value.
 * Redis forgets values by itself but not their places: each first write of a mortal one clears up to ten of the dead.
 */
export const WRITE = `
local now = ARGV[1]
local found, clear = {0}, true
for n = 0, #KEYS / 3 - 1 do
  local mode, expected = ARGV[8 * n + 6], ARGV[8 * n + 7]
  local current = redis.call('GET', KEYS[3 * n + 1])
  found[n + 2] = current
  if mode == 'create' then clear = clear and not current
  elseif mode ~= 'put' then clear = clear and (current or '') == expected end
end
if not clear then return found end
for n = 0, #KEYS / 3 - 1 do
  local value, index, lives = KEYS[3 * n + 1], KEYS[3 * n + 2], KEYS[3 * n + 3]
  local id, json, ttl, order, mode, expected, channel, head = unpack(ARGV, 8 * n + 2, 8 * n + 9)
  local current = found[n + 2]
  if mode ~= 'same' then
    if ttl ~= '' then redis.call('SET', value, json, 'PX', ttl)
    elseif mode == 'swap' then redis.call('SET', value, json, 'KEEPTTL')
    else redis.call('SET', value, json) end
    if order ~= '' then redis.call('ZADD', index, order, id)
    elseif not current then redis.call('ZADD', index, now, id) end
    if ttl ~= '' then redis.call('ZADD', lives, now + ttl, id)
    elseif mode ~= 'swap' then redis.call('ZREM', lives, id) end
    if ttl ~= '' and not current then
      local prefix = string.sub(value, 1, #value - #id)
      for _, old in ipairs(redis.call('ZRANGEBYSCORE', lives, '-inf', now, 'LIMIT', 0, 10)) do
        if redis.call('EXISTS', prefix .. old) == 0 then
          redis.call('ZREM', index, old)
          redis.call('ZREM', lives, old)
        end
      end
    end
    if channel ~= '' then
      local told = #json > ${LONGEST} and head or head .. '\\n' .. json
      redis.pcall('PUBLISH', channel, told)
    end
  end
end
return {1}
`

/** Removes a value and gives what it was. */
export const TAKE = `
local current = redis.call('GET', KEYS[1])
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
return current
`

/** Walks a bucket's index in order and gives id, order, value of each entry that still lives; the others leave the index. */
export const LIST = `
local prefix, till, limit, command = unpack(ARGV)
local want = tonumber(limit)
local page = want < 0 and 200 or math.min(200, want)
local out, dead, offset = {}, {}, 0
local low, high = '-inf', till
if command == 'ZREVRANGEBYSCORE' then low, high = till, '-inf' end
while want ~= 0 do
  local found = redis.call(command, KEYS[1], low, high, 'WITHSCORES', 'LIMIT', offset, page)
  if #found == 0 then break end
  local keys = {}
  for i = 1, #found, 2 do keys[#keys + 1] = prefix .. found[i] end
  local values = redis.call('MGET', unpack(keys))
  for i = 1, #keys do
    if not values[i] then dead[#dead + 1] = found[2 * i - 1]
    elseif want ~= 0 then
      out[#out + 1] = found[2 * i - 1]
      out[#out + 1] = found[2 * i]
      out[#out + 1] = values[i]
      want = want - 1
    end
  end
  offset = offset + page
end
for _, id in ipairs(dead) do
  redis.call('ZREM', KEYS[1], id)
  redis.call('ZREM', KEYS[2], id)
end
return out
`

/** Adds entries to a stream whose newest is still the expected one (empty: none). Gives `{1, ids…}`, or `{0, id, entry}` of what is newest now. */
export const EXTEND = `
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
local id = last and last[1] or ''
if id ~= ARGV[1] then return {0, id, last and last[2][2]} end
local out = {1}
for i = 2, #ARGV do out[i] = redis.call('XADD', KEYS[1], '*', 'e', ARGV[i]) end
return out
`

/** Removes a stream's entries up to and including an id, a page at a time; gives how many. XTRIM would keep the id itself. */
export const TRIM = `
local gone = 0
while true do
  local found = redis.call('XRANGE', KEYS[1], '-', ARGV[1], 'COUNT', 500)
  if #found == 0 then return gone end
  local ids = {}
  for i, entry in ipairs(found) do ids[i] = entry[1] end
  gone = gone + redis.call('XDEL', KEYS[1], unpack(ids))
end
`
