-- The tokens of the server's context that a prompt was made for, where that was less than the specification says: the prompt follows from it.
ALTER TABLE model_calls ADD COLUMN context INTEGER;
