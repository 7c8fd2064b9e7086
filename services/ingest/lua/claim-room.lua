#!lua flags=allow-oom
--[[
  Takes or keeps the ownership of a room: one process at a time may follow it and say what only its actor knows.
  The record outlives its expiry, so that an owner who comes back late knows whether somebody followed, and the fence of
  publish-live.lua knows whose word is old.

  A record of the same node is of that node's former life, since node ids differ between living processes. Its token goes
  on: nobody spoke in between, so what that life left in its spool may still be said.

  KEYS[1] ttlc:owner:<live or simulated>:<uniqueId>   hash: node, token, until (ms; 0: given back)
  ARGV[1] node   ARGV[2] token   ARGV[3] expiry in ms   ARGV[4] "1" to renew the acquisition of that token, "0" to take

  Returns the token of the acquisition when the caller is the owner now, else nil.
]]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local record = redis.call('HMGET', KEYS[1], 'node', 'token', 'until')
local node, token = record[1], record[2]
if token and ARGV[4] == '1' then
  if token ~= ARGV[2] then return false end
elseif token and node ~= ARGV[1] then
  if now < tonumber(record[3]) then return false end
  token = ARGV[2]
end
token = token or ARGV[2]
redis.call('HSET', KEYS[1], 'node', ARGV[1], 'token', token, 'until', string.format('%.0f', now + ARGV[3]))
redis.call('EXPIRE', KEYS[1], 24 * 3600)
return token
