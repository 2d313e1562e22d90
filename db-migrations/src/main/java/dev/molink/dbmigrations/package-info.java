/** Every line of DDL of the product, as Flyway migrations. */
@NullMarked
package dev.molink.dbmigrations;

import org.jspecify.annotations.NullMarked;
