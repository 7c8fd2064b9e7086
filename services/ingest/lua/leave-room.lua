#!lua flags=allow-oom
--[[
  Gives the ownership of a room back, if it still is the caller's.

  KEYS[1] ttlc:owner:<live or simulated>:<uniqueId>
  ARGV[1] record: <node>|<token>
]]
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
