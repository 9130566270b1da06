COMMENT ON COLUMN mart.quality.coastal IS 'Точка над морем, отнесена к ближайшему региону';
COMMENT ON COLUMN mart.quality.outside IS 'Точка вне границ всех регионов';
