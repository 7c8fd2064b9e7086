#!lua
--[[
  Acknowledges entries and appends what they became, as one step: an entry is appended only if this call took it out
  of the group's pending list. Sent twice, or by two consumers, it still appends once. (Redis 7: with the `#!lua` line
  a script is refused as a whole when memory is short, so nothing is acknowledged and then not appended. There is one
  exception, see dead-letters.ts.)

  KEYS[1] stream the entries were read from
  KEYS[2] stream to append to
  KEYS[3] attempts of the group (hash by entry id)
  KEYS[4] run of Redis in which the floor of the target was made sure of (create-group.lua)
  KEYS[5...] ttlc:ledger:<sessionId> of the sessions that these entries are of (ledger.ts)
  ARGV[1] group
  ARGV[2] "1": the target must exist already, since whoever owns its positions creates it; and not have a floor of
  another run, since this Redis may be a replica that was promoted, behind what is stored and with a clock that is too
  ARGV[3] the field of the ledgers to count in. A ledger that is gone is not made anew: it would be wrong.
  ARGV[4] packed, one list: for each entry its id, which ledger it is counted in (1: KEYS[5]; 0: none), how many words to
  append, and these (field, value, ...)

  Returns how many were appended. Errors: NOTARGET, WRONGTYPE, NOGROUP: nothing was changed.
]]
local kind = redis.call('TYPE', KEYS[2]).ok
if kind ~= 'stream' and (kind ~= 'none' or ARGV[2] == '1') then
  if kind == 'none' then return redis.error_reply('NOTARGET ' .. KEYS[2] .. ' does not exist yet') end
  return redis.error_reply('WRONGTYPE ' .. KEYS[2] .. ' is not a stream')
end
local run = ARGV[2] == '1' and redis.call('GET', KEYS[4])
if run and run ~= string.match(redis.call('INFO', 'server'), 'run_id:(%x+)') then
  return redis.error_reply('NOTARGET ' .. KEYS[2] .. ' may be behind what is stored')
end
local counted = redis.call('EXISTS', KEYS[3]) == 1
local moved, counts = 0, {}
local told, at = cmsgpack.unpack(ARGV[4]), 1
while told[at] do
  local id, ledger, words = unpack(told, at, at + 2)
  if redis.call('XACK', KEYS[1], ARGV[1], id) == 1 then
    redis.call('XADD', KEYS[2], '*', unpack(told, at + 3, at + 2 + words))
    moved = moved + 1
    counts[ledger] = (counts[ledger] or 0) + 1
  end
  if counted then redis.call('HDEL', KEYS[3], id) end
  at = at + 3 + words
end
for ledger, count in pairs(counts) do
  local key = KEYS[4 + ledger]
  if ledger > 0 and redis.call('EXISTS', key) == 1 then redis.pcall('HINCRBY', key, ARGV[3], count) end
end
return moved
