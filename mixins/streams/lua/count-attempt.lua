#!lua flags=allow-oom
--[[
  Counts an attempt at an entry alone, or takes one back. Also while memory is short, as suspect.lua.

  KEYS[1] attempts of the group (hash by entry id)
  ARGV[1] entry id   ARGV[2] 1 or -1

  Returns how many it has now.
]]
return redis.call('HINCRBY', KEYS[1], ARGV[1], ARGV[2])
