#!lua
--[[
  Puts dead letters back on ttlc:raw: the entries that they hold, with the seqNo they had. Nothing is looked up among what
  was seen. What the last call of a run appended is kept, so that it appends nothing when it comes again.

  KEYS[1] ttlc:raw
  KEYS[2] ttlc:redrive:<run>               hash: letter id -> entry id, of the last call
  KEYS[3...] ttlc:ledger:<sessionId>       of the sessions that the entries are of (mixins/streams/ledger.ts)
  ARGV[1] seconds until the run is forgotten, from now
  ARGV[2] packed: for each letter its id, which ledger it is counted in (1: KEYS[3]; 0: none), and the words to append.
  A ledger that is gone is not made anew: it would be wrong.

  Returns how many were appended. Error: WRONGTYPE: nothing was changed.
]]
local kind = redis.call('TYPE', KEYS[1]).ok
if kind ~= 'stream' and kind ~= 'none' then return redis.error_reply('WRONGTYPE ' .. KEYS[1] .. ' is not a stream') end
local letters = cmsgpack.unpack(ARGV[2])
local kept, appended, counts = {}, 0, {}
for _, letter in ipairs(letters) do kept[letter[1]] = true end
for _, id in ipairs(redis.call('HKEYS', KEYS[2])) do
  if not kept[id] then redis.call('HDEL', KEYS[2], id) end -- of a call before: its outcome is recorded
end
for _, letter in ipairs(letters) do
  local id, ledger, words = unpack(letter)
  if redis.call('HEXISTS', KEYS[2], id) == 0 then
    redis.call('HSET', KEYS[2], id, redis.call('XADD', KEYS[1], '*', unpack(words)))
    appended = appended + 1
    counts[ledger] = (counts[ledger] or 0) + 1
  end
end
redis.call('EXPIRE', KEYS[2], ARGV[1])
for ledger, count in pairs(counts) do
  local key = KEYS[2 + ledger]
  if ledger > 0 and redis.call('EXISTS', key) == 1 then redis.pcall('HINCRBY', key, 'redriven', count) end
end
return appended
