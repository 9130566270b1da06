COMMENT ON COLUMN mart.quality.near_border IS 'Точка у границы, вне регионов и не дальше 5 км от ближайшего';
COMMENT ON COLUMN mart.quality.outside IS 'Точка вне границ всех регионов, на суше соседней страны или дальше 5 км';
