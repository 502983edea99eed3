"""The waterfall of Rulebook §6.3 step 6 as a running aggregate: how full a limit is after each shipment in order."""

from django.db import migrations

UP = """
CREATE FUNCTION declarations_fill_step(level numeric, start numeric, value numeric, ceiling numeric) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN GREATEST(COALESCE(level, start), LEAST(COALESCE(level, start) + value, ceiling));
CREATE AGGREGATE declarations_fill(start numeric, value numeric, ceiling numeric) (
    SFUNC = declarations_fill_step, STYPE = numeric, PARALLEL = SAFE);
"""
DOWN = """
DROP AGGREGATE declarations_fill(numeric, numeric, numeric);
DROP FUNCTION declarations_fill_step(numeric, numeric, numeric, numeric);
"""


class Migration(migrations.Migration):
    dependencies = [("declarations", "0004_find_by_number")]
    operations = [migrations.RunSQL(UP, DOWN)]
