#!lua flags=allow-oom
--[[
  Gives a replay back, if it still is the caller's: the next one need not wait for the expiry.

  KEYS[1] ttlc:replay:<sessionId>:owner   see publish-replay.lua
  ARGV[1] token
]]
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
