#!lua flags=no-writes
--[[
  How a stream and its groups stand, all at the same moment.

  KEYS[1] stream
  ARGV[1] window in ms   ARGV[2] count the entries younger than that, up to this many

  Returns {now in ms, entries, entries ever added, bytes, young entries, then per group
  {name, pending, last delivered id, entries read or nil, lag or nil, oldest pending id or nil, oldest undelivered or nil}}.
]]
local key = KEYS[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if redis.call('EXISTS', key) == 0 then return { now, 0, 0, 0, 0 } end

local function named(reply)
  local fields = {}
  for i = 1, #reply, 2 do fields[reply[i]] = reply[i + 1] end
  return fields
end

local stream = named(redis.call('XINFO', 'STREAM', key))
local since = string.format('%.0f', now - ARGV[1])
local survey = {
  now,
  stream.length,
  stream['entries-added'],
  redis.call('MEMORY', 'USAGE', key),
  #redis.call('XRANGE', key, since, '+', 'COUNT', ARGV[2]),
}
for _, reply in ipairs(redis.call('XINFO', 'GROUPS', key)) do
  local group = named(reply)
  local pending = redis.call('XPENDING', key, group.name, '-', '+', 1)[1]
  local waiting = redis.call('XRANGE', key, '(' .. group['last-delivered-id'], '+', 'COUNT', 1)[1]
  survey[#survey + 1] = {
    group.name,
    group.pending,
    group['last-delivered-id'],
    group['entries-read'] or false,
    group.lag or false,
    pending and pending[1] or false,
    waiting and waiting[1] or false,
  }
end
return survey
