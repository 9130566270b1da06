SELECT
    (SELECT version_num FROM core.alembic_version) AS revision,
    (SELECT count(*) FROM mart.regions) AS regions
