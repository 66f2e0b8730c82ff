# Reference figures for sql/lifetime.sql, computed by R's package survival (Debian: r-base-core,
# r-cran-survival), which shares no code with lead_roi.
#
#   Rscript test/reference/survival.R          writes the *.csv files beside this file
#   Rscript test/reference/survival.R lung     prints the figures of a data set of the package
#
# Committed are figures on data that is free to publish: aml (Miller 1981), ovarian (Edmunson et al.
# 1979) and veteran (Kalbfleisch & Prentice 1980), printed in papers and textbooks and given here as
# counts per time alone, and subscribers, made up by the generator below. lung is in no book; print
# its figures on the fly.
suppressMessages(library(survival))

# Subscribers with a churn rate that falls with tenure, watched until one date; days.
subscribers <- function(n) {
    RNGkind("Mersenne-Twister", "Inversion", "Rejection")
    set.seed(20261122)
    rate <- rgamma(n, 1.5, 900)
    lifetime <- floor(rexp(n, rate))
    followup <- floor(runif(n, 0, 1200))
    tenure <- pmin(lifetime, followup)
    churned <- lifetime <= followup
    data.frame(time = tenure, status = as.integer(churned),
               revenue = round(rgamma(n, 2, 2) * (tenure + 1) * 4.5, 2))
}

# As the text of a survival_curve.
curve_text <- function(data) {
    counts <- table(factor(data$time), factor(data$status, levels = c(1, 0)))
    paste0("{", paste0(rownames(counts), ":", counts[, 1], "+", counts[, 2], collapse = ","), "}")
}

# All figures of a data set, as rows of set, figure, argument, value.
figures <- function(set, data, horizons) {
    rows <- function(figure, argument, value) data.frame(set, figure, argument, value)
    fit <- survfit(Surv(time, status) ~ 1, data)
    out <- rbind(rows("survival", fit$time, fit$surv),
                 rows("std_error", fit$time, fit$surv * fit$std.err))
    for (method in c("log", "log-log", "plain")) for (level in if (set == "aml") c(0.95, 0.8) else 0.95) {
        limits <- survfit(Surv(time, status) ~ 1, data, conf.type = method, conf.int = level)
        out <- rbind(out, rows(paste("lower", method, level), fit$time, limits$lower),
                     rows(paste("upper", method, level), fit$time, limits$upper))
    }
    out <- rbind(out, rows("median", 0, summary(fit)$table[["median"]]))
    for (horizon in horizons) {
        mean <- summary(fit, rmean = horizon)$table
        out <- rbind(out, rows("restricted_mean", horizon, mean[["rmean"]]),
                     rows("restricted_mean_std_error", horizon, mean[["se(rmean)"]]))
    }
    churned <- sum(data$status)
    exposure <- sum(data$time)
    rbind(out, rows("mean_lifetime", 0, exposure / churned), rows("churn_rate", 0, churned / exposure),
          rows("mean_lower", 0, 2 * exposure / qchisq(0.975, 2 * churned + 2)),
          rows("mean_upper", 0, 2 * exposure / qchisq(0.025, 2 * churned)))
}

# Bang & Tsiatis 2000, customer by customer, as the paper's formulas stand; the curve of censoring is
# R's own.
censored_value <- function(data, horizon) {
    complete <- data$status == 1 | data$time >= horizon
    time <- pmin(data$time, horizon)
    at <- function(event) {
        fit <- survfit(Surv(time, event) ~ 1)
        fit$surv[match(time, fit$time)]
    }
    uncensored <- at(!complete)
    survival <- at(complete)
    n <- length(time)
    revenue <- data$revenue
    value <- sum((revenue / uncensored)[complete]) / n
    variance <- sum(((revenue - value)^2 / uncensored)[complete])
    for (i in which(!complete)) {
        later <- complete & time >= time[i]
        of <- function(amount) sum((amount / uncensored)[later]) / (n * survival[i])
        variance <- variance + (of(revenue^2) - of(revenue)^2) / uncensored[i]^2
    }
    c(value, sqrt(variance) / n, n, sum(complete), mean(revenue))
}

sets <- list(aml = aml, ovarian = data.frame(time = ovarian$futime, status = ovarian$fustat),
             veteran = veteran, subscribers = subscribers(400))
horizons <- list(aml = c(13, 24, 161), ovarian = c(365, 1227), veteran = c(30, 182, 999), subscribers = c(365, 730))

arguments <- commandArgs(trailingOnly = TRUE)
if (identical(arguments, "lung")) {
    data <- data.frame(time = lung$time, status = lung$status - 1)
    sets <- list(lung = data)
    horizons <- list(lung = c(365, 1000))
    folder <- "/dev/stdout"
}
curves <- do.call(rbind, lapply(names(sets), function(set) data.frame(set, curve = curve_text(sets[[set]]))))
all <- do.call(rbind, lapply(names(sets), function(set) figures(set, sets[[set]], horizons[[set]])))
all$value <- ifelse(is.na(all$value), "", sprintf("%.17g", all$value))

if (length(arguments) == 0) {
    folder <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)))
    write.csv(curves, file.path(folder, "curves.csv"), row.names = FALSE, quote = 2)
    write.csv(all, file.path(folder, "survival.csv"), row.names = FALSE, quote = FALSE)
    write.csv(sets$subscribers, file.path(folder, "subscribers.csv"), row.names = FALSE, quote = FALSE)
    values <- do.call(rbind, lapply(c(90, 365, 730), function(horizon) {
        revenue <- sets$subscribers
        value <- censored_value(revenue, horizon)
        data.frame(horizon, value = sprintf("%.17g", value[1]), std_error = sprintf("%.17g", value[2]),
                   customers = value[3], complete = value[4], naive_mean = sprintf("%.17g", value[5]))
    }))
    write.csv(values, file.path(folder, "censored_value.csv"), row.names = FALSE, quote = FALSE)
} else {
    write.csv(curves, row.names = FALSE, quote = 2)
    write.csv(all, row.names = FALSE, quote = FALSE)
}
