# What R's survey package says of its own example data, for benchmarks/weighting.py: weights, means, totals, a ratio and a group, under
# five designs, as they are, raked to two and to three margins, raked by R's own stopping rule, and post-stratified.
suppressPackageStartupMessages(library(survey))
data(api)
digits <- function(x) sprintf("%.17g", x)
out <- file("figures.csv", "w")
emit <- function(case, name, value, se, deff = NA, back = NA)
  cat(paste(case, name, digits(value), digits(se), digits(deff), digits(back), sep = ","), "\n", file = out, sep = "")
write <- function(name, data)
  write.csv(data[, c("api00", "enroll", "stype", "sch.wide", "awards", "dnum", "pw", "fpc")], name, row.names = FALSE)
write("clus1.csv", apiclus1); write("strat.csv", apistrat); write("srs.csv", apisrs)
say <- function(case, design) {
  for (name in c("api00", "enroll")) {
    what <- as.formula(paste0("~", name))
    mean <- svymean(what, design, deff = TRUE); back <- svymean(what, design, deff = "replace")
    emit(case, paste0("mean of ", name), coef(mean), SE(mean), deff(mean), deff(back))
    total <- svytotal(what, design, deff = TRUE)
    emit(case, paste0("total of ", name), coef(total), SE(total), deff(total))
  }
  ratio <- svyratio(~api00, ~enroll, design); emit(case, "ratio", coef(ratio), SE(ratio))
  group <- svymean(~api00, subset(design, stype == "H")); emit(case, "group", coef(group), SE(group))
  write.csv(data.frame(w = weights(design)), paste0(case, ".weights.csv"), row.names = FALSE)
}
types <- data.frame(stype = c("E", "H", "M"), Freq = c(4421, 755, 1018))
wide <- data.frame(sch.wide = c("No", "Yes"), Freq = c(1072, 5122))
awards <- data.frame(awards = c("No", "Yes"), Freq = c(2027, 4167))
to_the_end <- list(maxit = 5000, epsilon = 1e-13, verbose = FALSE)
designs <- list(
  clusters = svydesign(id = ~dnum, weights = ~pw, data = apiclus1, fpc = ~fpc),
  unlimited = svydesign(id = ~dnum, weights = ~pw, data = apiclus1),
  strata = svydesign(id = ~1, strata = ~stype, weights = ~pw, data = apistrat, fpc = ~fpc),
  simple = svydesign(id = ~1, weights = ~pw, data = apisrs, fpc = ~fpc),
  endless = svydesign(id = ~1, weights = ~pw, data = apisrs)
)
for (name in names(designs)) {
  design <- designs[[name]]
  say(paste0(name, "-plain"), design)
  say(paste0(name, "-two"), rake(design, list(~stype, ~sch.wide), list(types, wide), control = to_the_end))
  say(paste0(name, "-three"), rake(design, list(~stype, ~sch.wide, ~awards), list(types, wide, awards), control = to_the_end))
  say(paste0(name, "-default"), rake(design, list(~stype, ~awards), list(types, awards)))
  say(paste0(name, "-stratified"), postStratify(design, ~stype, types))
}
close(out)
cat(as.character(packageVersion("survey")))
