DROP TRIGGER IF EXISTS hos_forget_tracking ON profiles;
DROP FUNCTION IF EXISTS hos_forget_tracking();
