#!lua flags=allow-oom
--[[
  Says that a process is there, and who else is, and who has which room.

  KEYS[1] ttlc:ingest          sorted set: processes that share the rooms, by when they were here last, in ms
  KEYS[2...] ttlc:owner:...    see claim-room.lua
  ARGV[1] node   ARGV[2] ms after which a process that was not here is gone

  Returns "1" if the process was known, the number of those that are there, then for each of KEYS[2...] its owner's node,
  "" if it is free.
]]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
local answer = { redis.call('ZSCORE', KEYS[1], ARGV[1]) and '1' or '0' }
redis.call('ZADD', KEYS[1], string.format('%.0f', now), ARGV[1])
answer[2] = redis.call('ZCARD', KEYS[1])
for i = 2, #KEYS do
  local record = redis.call('HMGET', KEYS[i], 'node', 'until')
  answer[i + 1] = record[1] and now < tonumber(record[2]) and record[1] or ''
end
return answer
