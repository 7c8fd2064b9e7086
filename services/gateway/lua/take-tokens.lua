#!lua flags=allow-oom
--[[
  Takes tokens out of a bucket that fills up steadily. What is kept of a bucket is the time at which it will be full.

  KEYS[1] bucket
  ARGV[1] tokens it holds   ARGV[2] milliseconds until one more is in it
  ARGV[3] tokens to take; 0 looks whether there is one
  ARGV[4] "1": takes them also when they are not there, so that it takes longer until there are some

  Returns whether they were there (1 or 0), how many are left, and milliseconds: until they are there, until it is full.
]]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local each, cost = tonumber(ARGV[2]), tonumber(ARGV[3])
local span = ARGV[1] * each
local full = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now)
local wait = full + math.max(cost, 1) * each - span - now
if cost > 0 and (wait <= 0 or ARGV[4] == '1') then
  full = full + cost * each
  redis.call('SET', KEYS[1], string.format('%.3f', full), 'PX', math.ceil(full - now))
end
local left = math.max(math.floor((span - (full - now)) / each + 1e-6), 0)
return { wait <= 0 and 1 or 0, left, math.max(math.ceil(wait), 0), math.ceil(full - now) }
