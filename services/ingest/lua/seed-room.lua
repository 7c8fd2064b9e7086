#!lua
--[[
  Starts a room's counter for this run of Redis, never below what it has. Who comes second changes nothing.

  KEYS[1] ttlc:room:<streamId>
  ARGV[1] seed: the last seqNo to count as given   ARGV[2] seconds until the room is forgotten

  Returns the last seqNo that counts as given.
]]
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
local room = redis.call('HMGET', KEYS[1], 'seq', 'run')
local seq = math.max(tonumber(room[1]) or 0, tonumber(ARGV[1]))
if room[1] and room[2] == run then return tonumber(room[1]) end
redis.call('HSET', KEYS[1], 'seq', string.format('%.0f', seq), 'run', run)
redis.call('EXPIRE', KEYS[1], ARGV[2])
return seq
