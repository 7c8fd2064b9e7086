#!lua
--[[
  Appends stored messages of one room to ttlc:raw again: as they were, with the seqNo they had, in a session of their own.
  Nothing is looked up among what was seen. The place of the last message is kept beside the stream, in the same step, so
  that a call which comes again after a lost reply appends nothing, and whoever goes on after a crash knows where.

  KEYS[1] ttlc:raw
  KEYS[2] ttlc:replay:<sessionId>          hash: at, the place of the last message, and published
  KEYS[3] ttlc:replay:<sessionId>:owner    token of the process that has the replay
  KEYS[4] ttlc:ledger:<sessionId>          hash: counters of the session (lib/ledger)
  ARGV[1] token   ARGV[2] ms until the ownership expires, from now
  ARGV[3] seconds until the replay is forgotten   ARGV[4] seconds until its ledger is, from now
  ARGV[5] place that the messages follow   ARGV[6] place of the last of them   ARGV[7] "1": nothing came before
  ARGV[8] streamId   ARGV[9] sessionId   ARGV[10] ingestedAt
  ARGV[11] a list (MessagePack) of four words for each message: seqNo, timestamp,
  <isHistory>|<provider>|<encoding>|<type>:<msgId>, data. encoding and msgId may be empty, msgId may hold anything.

  Without messages it only renews the ownership.

  Returns how many were published so far. Errors, with which nothing was changed: NOTOWNER; MOVED <place> when the
  messages do not follow the last one; WRONGTYPE.
]]
local kind = redis.call('TYPE', KEYS[1]).ok
if kind ~= 'stream' and kind ~= 'none' then return redis.error_reply('WRONGTYPE ' .. KEYS[1] .. ' is not a stream') end
if redis.call('GET', KEYS[3]) ~= ARGV[1] then return redis.error_reply('NOTOWNER ' .. KEYS[2]) end
redis.call('SET', KEYS[3], ARGV[1], 'PX', ARGV[2])
local at, published = unpack(redis.call('HMGET', KEYS[2], 'at', 'published'))
local words = cmsgpack.unpack(ARGV[11])
local messages = #words / 4
if messages == 0 or at == ARGV[6] then return tonumber(published or 0) end
if at ~= ARGV[5] then return redis.error_reply('MOVED ' .. (at or '')) end

local call, match, raw = redis.call, string.match, KEYS[1]
local streamId, sessionId, ingestedAt = ARGV[8], ARGV[9], ARGV[10]
local both = { 'encoding', '', 'msgId', '' }
for i = 1, #words, 4 do
  local isHistory, provider, encoding, type, msgId = match(words[i + 2], '^(%l+)|([^|]*)|([^|]*)|([^:]*):(.*)$')
  local last = both
  both[2], both[4] = encoding, msgId
  if msgId == '' then last = { 'encoding', encoding } end
  if encoding == '' then last = msgId == '' and {} or { 'msgId', msgId } end
  call('XADD', raw, '*', 'seqNo', words[i], 'schemaVersion', 'raw.v1', 'streamId', streamId, 'sessionId', sessionId,
    'source', 'replay', 'type', type, 'timestamp', words[i + 1], 'ingestedAt', ingestedAt, 'provider', provider,
    'data', words[i + 3], 'isHistory', isHistory, unpack(last))
end
published = redis.call('HINCRBY', KEYS[2], 'published', messages)
redis.call('HSET', KEYS[2], 'at', ARGV[6])
redis.call('EXPIRE', KEYS[2], ARGV[3])
if ARGV[7] == '1' or redis.call('EXISTS', KEYS[4]) == 1 then
  redis.call('HINCRBY', KEYS[4], 'received', messages)
  redis.call('HINCRBY', KEYS[4], 'published', messages)
  redis.call('EXPIRE', KEYS[4], ARGV[4])
end
return published
