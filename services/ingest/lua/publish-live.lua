#!lua
--[[
  Appends live messages of one room to ttlc:raw: each once, in order, each with the room's next seqNo.

  A message whose dedupe key was seen before is counted and left out, unless it is the same attempt: then its reply was
  lost, it is in the stream already, and it gets the seqNo it got the first time. A call that comes again is known by
  the attempt of its first message, so that the duplicates it had are counted once; it may have grown meanwhile.
  The counter is only trusted within one run of Redis: after a restart the last second may be missing (AOF everysec),
  after a flush everything. Then the call is refused as a whole until the room is seeded again (seed-room.lua).
  Who owned the room once and does not any more may neither say what only its owner can know nor note anything: that is
  counted and left out. What others would recognise by its id is published, whoever brings it.

  KEYS[1] ttlc:raw
  KEYS[2] ttlc:room:<streamId>             hash: seq, run, call, published, duplicates, fenced, and what the caller notes
  KEYS[3] ttlc:room:<streamId>:seen        hash: dedupe key -> seqNo:ms:attempt
  KEYS[4] ttlc:room:<streamId>:seen-before the generation before: full generations are rotated, never trimmed
  KEYS[5] ttlc:owner:...                   hash: token of the room's owner (claim-room.lua)
  KEYS[6...] ttlc:ledger:<sessionId>       hash: counters of a session (account.ts, lib/ledger)
  ARGV[1] most keys of a generation
  ARGV[2] seconds until the room is forgotten, from now
  ARGV[3] seconds until a ledger is forgotten, from now
  ARGV[4] packed: the words noted in KEYS[2] (field, value, ...)
  ARGV[5] packed, for each of KEYS[6...]: 1 if it may be made (else a ledger that is gone stays gone: it would be wrong),
  1 if what it is told may be older than what it has, the words that it is told (field, value, ...)
  ARGV[6] packed: the dedupe keys of the messages, 1,000 at most
  ARGV[7] packed, one list, for each message: how long it is a duplicate in ms (0: as long as it is remembered), attempt,
  which ledger it is counted in (1: KEYS[6]; 0: none), 1 if only the owner may publish it, how many words it has, and these
  (field, value, ...) without seqNo
  ARGV[8] token in whose name the caller publishes; empty: nobody's

  Returns for each message: seqNo, -1 for a duplicate, or -2 when it was refused.
  Errors: UNSEEDED, UNOWNED (Redis does not know any owner), WRONGTYPE: nothing was changed.
]]
local kind = redis.call('TYPE', KEYS[1]).ok
if kind ~= 'stream' and kind ~= 'none' then return redis.error_reply('WRONGTYPE ' .. KEYS[1] .. ' is not a stream') end
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
local room = redis.call('HMGET', KEYS[2], 'seq', 'run', 'call')
if not room[1] or room[2] ~= run then return redis.error_reply('UNSEEDED ' .. KEYS[2]) end
local owner = ARGV[8] ~= '' and redis.call('HGET', KEYS[5], 'token')
if ARGV[8] ~= '' and not owner then return redis.error_reply('UNOWNED ' .. KEYS[5]) end
local isOwner = owner == ARGV[8]

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local clock = string.format('%.0f', now)
local seq, published, duplicates, fenced, answer = tonumber(room[1]), 0, 0, 0, {}
local ledgers, recovered, none = {}, {}, { published = 0, duplicates = 0 }

-- Raises the counters that are lower than told. What the ledger hears of now for the first time was not published, since
-- whoever publishes tells: it waits, unless it was refused or dropped.
local function raise(ledger, told)
  for field = 1, #told, 2 do
    local name = told[field]
    local more = told[field + 1] - tonumber(redis.call('HGET', ledger, name) or 0)
    if more > 0 then
      redis.call('HINCRBY', ledger, name, more)
      redis.call('HINCRBY', ledger, 'waiting', (name == 'received' or name == 'facts') and more or -more)
    end
  end
end

for i, words in ipairs(cmsgpack.unpack(ARGV[5])) do
  local mayBeMade, mayBeOlder, told = unpack(words)
  local key = KEYS[5 + i]
  if mayBeMade == 1 or redis.call('EXISTS', key) == 1 then
    recovered[i] = mayBeOlder == 1
    if recovered[i] then raise(key, told) else redis.call('HSET', key, unpack(told)) end
    redis.call('EXPIRE', key, ARGV[3])
    ledgers[i] = { published = 0, duplicates = 0 }
  end
end
local keys, told, at = cmsgpack.unpack(ARGV[6]), cmsgpack.unpack(ARGV[7]), 1
local call = told[2]
local calledBefore, countedBefore = string.match(room[3] or '', '^(.*) (%d+)$')
local counted = calledBefore == call and tonumber(countedBefore) or 0
if redis.call('HLEN', KEYS[3]) >= tonumber(ARGV[1]) then
  redis.call('UNLINK', KEYS[4])
  redis.call('RENAME', KEYS[3], KEYS[4])
end
local known = redis.call('HMGET', KEYS[3], unpack(keys))
local knownBefore = redis.call('EXISTS', KEYS[4]) == 1 and redis.call('HMGET', KEYS[4], unpack(keys)) or {}
local new, remember = {}, {}
for i, key in ipairs(keys) do
  local window, attempt, place, ownerOnly, words = unpack(told, at, at + 4)
  local ledger = ledgers[place] or none
  local seen = new[key] or known[i] or knownBefore[i]
  local seenSeq, seenAt, seenAttempt
  if seen then seenSeq, seenAt, seenAttempt = string.match(seen, '^(%d+):(%d+):(.*)$') end
  if seen and seenAttempt == attempt then
    answer[#answer + 1] = tonumber(seenSeq)
  elseif seen and (window == 0 or now - tonumber(seenAt) < window) then
    if #answer >= counted then
      duplicates = duplicates + 1
      ledger.duplicates = ledger.duplicates + 1
    end
    answer[#answer + 1] = -1
  elseif ownerOnly == 1 and not isOwner then
    if #answer >= counted then
      fenced = fenced + 1
      ledger['dropped:fenced'] = (ledger['dropped:fenced'] or 0) + 1
    end
    answer[#answer + 1] = -2
  else
    seq = seq + 1
    local digits = string.format('%.0f', seq)
    redis.call('XADD', KEYS[1], '*', 'seqNo', digits, unpack(told, at + 5, at + 4 + words))
    new[key] = digits .. ':' .. clock .. ':' .. attempt
    remember[#remember + 1] = key
    remember[#remember + 1] = new[key]
    published = published + 1
    ledger.published = ledger.published + 1
    answer[#answer + 1] = seq
  end
  at = at + 5 + words
end
if #remember > 0 then redis.call('HSET', KEYS[3], unpack(remember)) end
local notes = (isOwner or ARGV[8] == '') and cmsgpack.unpack(ARGV[4]) or {}
redis.call('HSET', KEYS[2], 'seq', string.format('%.0f', seq), 'call', call .. ' ' .. #answer, unpack(notes))
redis.call('HINCRBY', KEYS[2], 'published', published)
redis.call('HINCRBY', KEYS[2], 'duplicates', duplicates)
if fenced > 0 then redis.call('HINCRBY', KEYS[2], 'fenced', fenced) end
for i, counts in pairs(ledgers) do
  for field, count in pairs(counts) do
    redis.call('HINCRBY', KEYS[5 + i], field, count)
    if recovered[i] then redis.call('HINCRBY', KEYS[5 + i], 'waiting', 0 - count) end
  end
end
for i = 2, 4 do redis.call('EXPIRE', KEYS[i], ARGV[2]) end
return answer
