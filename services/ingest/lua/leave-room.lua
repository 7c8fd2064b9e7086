#!lua flags=allow-oom
--[[
  Gives the ownership of a room back, if it still is the caller's: the next one need not wait for the expiry.

  KEYS[1] ttlc:owner:<live or simulated>:<uniqueId>   see claim-room.lua
  ARGV[1] token
]]
if redis.call('HGET', KEYS[1], 'token') == ARGV[1] then redis.call('HSET', KEYS[1], 'until', 0) end
