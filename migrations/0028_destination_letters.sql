-- Letters of destinations: which letter a batch was sent again for, and a cause for each destination and what it answered.

alter table deliveries add column redrive_of bigint;      -- packed: the dead letter that it was last sent again for

-- What a destination answers comes in few kinds, and its number says who has to mend what.
create function letter_kind(destination text, error text) returns text
  language sql immutable parallel safe
  return case when destination is null then letter_cause(error) else left(error, 200) end;

alter table dead_letters drop column cause;               -- and its index
-- Of letters without a destination it stays what it was.
alter table dead_letters add column cause text collate "C" generated always as
  (lpad(to_hex(hashtextextended(stage || ' ' || reason || ' ' || coalesce(destination || ' ', '')
    || letter_kind(destination, error), 0)), 16, '0')) stored;

-- storage.letters: the letters of one cause, of one destination.
create index dead_letters_cause on dead_letters (cause, position);
create index dead_letters_destination on dead_letters (destination, position) where destination is not null;
