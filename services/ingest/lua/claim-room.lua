#!lua flags=allow-oom
--[[
  Takes or keeps the ownership of a room: one process at a time may follow it and say what only its actor knows.
  A record of the same node is of that node's former life, since node ids differ between living processes.

  KEYS[1] ttlc:owner:<live or simulated>:<uniqueId>
  ARGV[1] node   ARGV[2] token of this acquisition   ARGV[3] expiry in ms

  Returns 1 when the caller is the owner now, else 0.
]]
local owner = redis.call('GET', KEYS[1])
local node = ARGV[1] .. '|'
if owner and string.sub(owner, 1, #node) ~= node then return 0 end
redis.call('SET', KEYS[1], node .. ARGV[2], 'PX', ARGV[3])
return 1
